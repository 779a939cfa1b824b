"""All that is measured in one run, beside its peers on the same village: ``python -m bench.suite``.

Each module measures one thing; the peers answer for the same people as our feed does, and no way's
first requests count. What is compared between runs are ratios: a machine's own times change with
whatever else it does.
"""
