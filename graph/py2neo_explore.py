"""The same explorations through py2neo, for notebooks that know it; the "explore" extra.

py2neo 2021.2.4 is its last release (2021); it was checked against Neo4j 5.26. Nothing else depends
on it, and this module goes when it no longer connects.
"""

from collections.abc import Mapping

import pandas as pd
import py2neo

from graph.explore import explorations, parameters
from graph.store import StoreConfig


def to_frame(config: StoreConfig, name: str, texts: Mapping[str, str]) -> pd.DataFrame:
    """An exploration's answer as a table, read from a Neo4j server by py2neo."""
    checked = parameters(explorations(), name, texts)
    graph = py2neo.Graph(config.url, auth=(config.user, config.password), name=config.database)
    try:
        frame: pd.DataFrame = graph.run(explorations()[name].text, checked).to_data_frame()
    finally:
        graph.service.connector.close()
    return frame
