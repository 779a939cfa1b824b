import base64
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from gnn import evaluate as evaluation
from gnn.baselines.counted import Popular, popularity
from gnn.baselines.lightgcn import LightGcnSetting
from gnn.baselines.ranker import Contender
from gnn.case import Case, Ranking, make_case
from gnn.config import TrainConfig
from gnn.evaluate import ABLATED, evaluate, evaluate_runs
from gnn.fitting import fit
from gnn.metrics import NAMES
from gnn.predictions import COLUMNS
from gnn.report import text_table, write_report
from gnn.results import Report
from gnn.slices import slices
from gnn.source import Source
from gnn.split import Split, engagements, split_links
from gnn.vocabulary import Vocabulary
from graph.errors import ConfigError, NotEnoughData
from graph.model import Tables

MODELS = [*"popularity itemknn rp3beta ease bpr als lightgcn network graphsage resonance".split()]
LIGHTGCN = LightGcnSetting(dim=8, steps=40)


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evaluation") / "predictions.csv"


@pytest.fixture(scope="module")
def report(planted: Tables, quick: TrainConfig, predictions: Path) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gnn.baselines.tuned.LIGHTGCNS", [LIGHTGCN])
        return evaluate(planted, [0, 1], config=quick, predictions=predictions)


def test_every_model_has_every_metric_of_every_seed(report: Report) -> None:
    models = report.as_json()["models"]
    assert isinstance(models, dict) and list(models) == MODELS
    for metrics in models.values():
        assert {f"{name}@{k}" for name in NAMES for k in (10, 20)} == (set(metrics))
        for value in metrics.values():
            assert value["mean"] == pytest.approx(np.mean(value["by_seed"]))
            assert value["sd"] == pytest.approx(np.std(value["by_seed"], ddof=1))
    assert models["resonance"]["ndcg@10"]["mean"] > models["popularity"]["ndcg@10"]["mean"]


def test_anyone_can_recompute_the_metrics_from_the_predictions(
    report: Report, predictions: Path, planted: Tables
) -> None:
    rows = pd.read_csv(predictions)
    assert tuple(rows.columns) == COLUMNS
    assert not rows.duplicated(["model", "seed", "user_id", "rank"]).any()
    for seed in (0, 1):
        split = split_links(engagements(planted), seed)
        test = split.test.groupby("user_id")["post_id"].agg(set).to_dict()
        seen = pd.concat([split.train, split.valid])[["user_id", "post_id"]]
        for model in MODELS:
            mine = rows[(rows["model"] == model) & (rows["seed"] == seed)]
            assert not mine.merge(seen, on=["user_id", "post_id"]).size
            best = mine[mine["rank"] <= 10].groupby("user_id")["post_id"].agg(set).to_dict()
            recalls = [len(best[user] & posts) / len(posts) for user, posts in test.items()]
            found = report.models()[model]["recall@10"]["by_seed"]
            assert isinstance(found, list)
            assert np.mean(recalls) == pytest.approx(found[seed])


def test_scores_fall_with_the_rank(predictions: Path) -> None:
    rows = pd.read_csv(predictions).sort_values(["model", "seed", "user_id", "rank"])
    steps = rows.groupby(["model", "seed", "user_id"])["score"].diff().dropna()
    assert (steps <= 1e-6).all()


def test_what_is_left_out_is_named_once(report: Report) -> None:
    assert report.notes == [
        "popularity_recent is left out: the links carry no time.",
        "lightgcn was ended by its bound of 40 steps, not by valid.",
    ]


def test_the_table_the_page_and_the_json_say_the_same(report: Report, tmp_path: Path) -> None:
    table = text_table(report)
    mean = report.models()["ease"]["ndcg@10"]["mean"]
    assert f"{mean:.4f}" in table and all(model in table for model in MODELS)
    page = write_report(report, tmp_path / "out").read_text(encoding="utf-8")
    assert f"{mean:.4f}" in page and page.count("data:image/png;base64,") == 3
    document = json.loads((tmp_path / "out" / "report.json").read_text())
    assert document["models"]["ease"]["ndcg@10"]["mean"] == mean
    slice_, lists = document["slices"]["ease"], document["lists"]["ease"]
    (cold,) = slice_.values()  # nobody has few links there; some posts do
    assert f"{cold['mean']:.4f}" in page and 0 < lists["coverage@10"]["mean"] <= 1
    assert [lists["coverage@10"][each] for each in ("mean", "sd")] == [
        pytest.approx(np.mean(lists["coverage@10"]["by_seed"])),
        pytest.approx(np.std(lists["coverage@10"]["by_seed"], ddof=1)),
    ]
    assert len(lists["coverage@10"]["by_seed"]) == len(document["data"]["seeds"]) > 1
    assert len(document["calibration_error_by_seed"]) == len(document["data"]["seeds"])
    assert document["calibration_error"] == np.mean(document["calibration_error_by_seed"])
    assert f"{document['calibration_error']:.4f}" in page
    assert document["ablation"]["graphsage"]["ndcg@10"]["mean"] == pytest.approx(
        document["models"]["graphsage"]["ndcg@10"]["mean"]
    )
    parts = {f"resonance - {each}" for each in ABLATED}
    assert set(document["ablation"]) == parts | {"graphsage"} and all(
        each in page for each in parts
    )
    assert "What each part is worth" in page and "<h2>Ratings</h2>" not in page
    assert document["ratings"] == {} and document["data"]["users"] == 45
    assert document["data"]["split"] == "random"


def asked_for(page: str) -> list[str]:
    """Whatever a browser, or a mail program, would have to fetch to show the page."""
    named = re.findall(r"\b(?:src|srcset|href|data|action|poster)\s*=\s*['\"]?([^'\" >]+)", page)
    styled = re.findall(r"@import|url\([^)]*", page)
    return [each for each in named + styled if not each.startswith("data:image/png;base64,")]


def test_the_page_is_one_file_that_can_be_mailed(report: Report, tmp_path: Path) -> None:
    page = write_report(report, tmp_path).read_text(encoding="utf-8")
    assert asked_for(page) == [] and "<script" not in page
    # A plot's own letters may spell anything.
    assert "http" not in re.sub(r"base64,[^']+", "", page)
    assert page.count("<img") == page.count("src='data:image/png;base64,") == 3
    for plot in re.findall(r"base64,([^']+)'", page):
        assert base64.b64decode(plot, validate=True).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "part",
    ["<img alt='' src='plot.png'>", "<link href=style.css>", "<style>@import 'a.css'</style>"],
)
def test_what_would_stay_behind_when_the_page_is_mailed_is_found(part: str) -> None:
    assert asked_for(part) != []


def test_the_calibration_error_is_the_mean_gap_over_pairs() -> None:
    bins = [(0.1, 0.2, 30), (0.5, 0.4, 10)]
    assert Report({}, reliability=[bins]).calibration_error() == pytest.approx(0.1)
    report = Report({}, reliability=[bins, [(0.1, 0.4, 40)]])
    assert report.calibration_errors() == pytest.approx([0.1, 0.3])
    assert report.calibration_error() == pytest.approx(0.2)
    assert Report({}).calibration_error() is None


def test_slices_judge_users_and_posts_with_little_history_alone() -> None:
    """Two users, one of them cold; of their two test links one is of a cold post."""
    links = np.zeros((2, 9), dtype=np.float32)
    links[0, :6], links[1, 6] = 1.0, 1.0
    train = np.concatenate([links, np.zeros((6, 9), np.float32)])
    train[2:, 7] = 1.0
    test = np.zeros((8, 9), np.float32)
    test[0, 7] = test[1, 8] = 1.0
    names = Vocabulary(map(str, range(8))), Vocabulary(map(str, range(9)))
    nothing = sparse.csr_array((8, 9), dtype=np.float32)
    split = Split(*[pd.DataFrame()] * 3, "random", None)
    matrices = sparse.csr_array(train), nothing, sparse.csr_array(test)
    case = Case(0, {}, split, *names, *matrices, 0, Source({}))
    ranked = np.array([[7, 8], [7, 8]])
    found = slices(case, Ranking(np.array([0, 1]), ranked, ranked * 1.0), 2)
    assert {name: values.tolist() for name, values in found.items()} == {
        "ndcg@2 of users with at most 5 links": [pytest.approx(1 / np.log2(3))],
        "recall@2 of posts with at most 5 links": [1.0],
    }


def test_only_the_models_that_are_asked_for_are_fitted(
    planted: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(evaluation, "fit")
    report = evaluate(planted, [0], models=["ease", "popularity"])
    assert list(report.models()) == ["popularity", "ease"]
    document = report.as_json()
    assert document["ablation"] == {} and document["calibration_error"] is None


def test_the_vectors_are_judged_whole_and_by_their_learned_half(
    planted: Tables, quick: TrainConfig
) -> None:
    case = make_case(planted, seed=0)
    fitted = fit(case, quick)
    known = evaluation.known_at_test(case, fitted)
    network, whole, _ = evaluation.model(fitted, known, lambda _: None)
    assert [network.name, whole.name] == ["network", "graphsage"]
    everybody, table = np.arange(len(case.users)), known.table
    linear = table.user_vectors[:, : table.linear] @ table.post_vectors[:, : table.linear].T
    learned = network.ranker.scores(everybody)
    assert 0 < table.linear < table.dim and np.abs(learned).max() > 0
    np.testing.assert_allclose(learned + linear, whole.ranker.scores(everybody), atol=1e-4)


def test_a_page_without_the_model_has_no_plot_of_its_probabilities(
    planted: Tables, tmp_path: Path
) -> None:
    report = evaluate(planted, [0], models=["popularity", "itemknn"])
    page = write_report(report, tmp_path).read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 2 and "What each part is worth" not in page


def test_an_ablation_is_compared_with_the_full_model_user_by_user(planted: Tables) -> None:
    """Without its only part the model is as good as popularity, which is known."""
    case = make_case(planted, seed=0)
    popular = popularity(case.train)
    nothing = Popular(np.zeros_like(popular.counts))
    report = Report({}, degrees=[np.ones(len(case.judged("test")))])
    contender = Contender("resonance", popular, None, [("popular", nothing), ("nothing", popular)])
    evaluation._judge(case, contender, (10,), report, None)
    found = report.compared()
    assert list(found) == ["resonance - popular", "resonance - nothing"]
    worse, same = found["resonance - popular"]["ndcg@10"], found["resonance - nothing"]["ndcg@10"]
    assert (same["difference"], same["error"]) == (0.0, 0.0)
    full = report.by_user["resonance"][0]["ndcg@10"]
    gaps = report.ablation["resonance - popular"][0]["ndcg@10"] - full
    assert worse["difference"] == pytest.approx(gaps.mean()) and worse["difference"] != 0
    assert worse["mean"] == pytest.approx(full.mean() + gaps.mean())
    assert worse["error"] == pytest.approx(gaps.std(ddof=1) / np.sqrt(len(gaps)))
    assert any("of posts with at most" in metric for metric in found["resonance - popular"])
    for of_runs in (report.by_user, report.slices, report.ablation):
        for runs in of_runs.values():
            runs += runs  # the same users, judged once more: nobody knows more by that
    assert report.compared()["resonance - popular"]["ndcg@10"]["error"] == worse["error"]


def test_bins_of_users_by_degree_have_each_model_s_mean() -> None:
    report = Report(
        {},
        by_user={"ease": [{"recall@5": np.array([0.0, 1.0, 0.5, 0.5])}]},
        degrees=[np.array([1.0, 1.0, 9.0, 11.0])],
    )
    degrees, found = report.by_degree("recall@5")
    assert degrees[0] == 1.0 and found["ease"][0] == 0.5
    assert found["ease"][-1] == 0.5 and degrees[-1] >= 10.0


def test_with_times_recent_popularity_is_judged_too(timed: Tables) -> None:
    report = evaluate(timed, [0], ks=(5,), models=["popularity_recent", "popularity"])
    assert list(report.models()) == ["popularity", "popularity_recent"] and report.notes == []
    assert report.data["split"] == "time"


def test_a_graph_may_bring_its_own_split(planted: Tables) -> None:
    liked = planted["liked"].assign(split="train")
    liked.loc[liked.index[::8], "split"] = "test"
    liked.loc[liked.index[1::8], "split"] = "valid"
    runs = [(7, dict(planted) | {"liked": liked})]
    report = evaluate_runs(runs, ks=(5,), models=["itemknn"])
    assert report.data["split"] == "column" and report.data["test"] == 45


@pytest.mark.parametrize(
    ("lacking", "most"),
    [
        (("tagged", "interested_in"), 8),
        (("friend",), 5),
        (("tagged", "interested_in", "friend"), 6),
    ],
    ids=["no tags", "no friends", "links alone"],
)
def test_the_defaults_hold_whatever_a_graph_lacks_and_however_sparse_it_is(
    planted: Tables, lacking: tuple[str, ...], most: int
) -> None:
    """All that is looked for on valid is looked for, on graphs for which nothing was tuned."""
    less = {file: frame for file, frame in planted.items() if file not in lacking}
    less["liked"] = less["liked"].groupby("source").head(most)
    config = TrainConfig(epochs=10)
    found = evaluate(less, [0], config=config, models=("popularity", "resonance")).as_json()
    ndcg = {name: each["ndcg@10"]["mean"] for name, each in found["models"].items()}  # type: ignore
    assert ndcg["resonance"] > ndcg["popularity"] + 0.1


def test_an_evaluation_that_cannot_be_is_refused(planted: Tables, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least one seed"):
        evaluate(planted, [])
    with pytest.raises(ConfigError, match="cut-offs"):
        evaluate(planted, [0], ks=(0,))
    with pytest.raises(ConfigError, match="models are eese: give any of popularity, .*ease"):
        evaluate(planted, [0], models=["ease", "eese"])
    with pytest.raises(ConfigError, match="none at all"):
        evaluate(planted, [0], models=[])
    with pytest.raises(NotEnoughData):
        evaluate({}, [0], predictions=tmp_path / "predictions.csv")
    assert list(tmp_path.iterdir()) == []
