"""An evaluation as a person reads it: a table for the terminal, a page with plots."""

from gnn.evaluate import Report


def text_table(report: Report) -> str:
    """One line a model: mean and, over several seeds, standard deviation of every metric."""
    models = report.models()
    metrics = list(next(iter(models.values()))) if models else []
    several = len(report.degrees) > 1
    rows = [["model", *metrics]]
    for name, summary in models.items():
        cells = [f"{summary[metric]['mean']:.4f}" for metric in metrics]
        if several:
            cells = [
                f"{cell} ±{summary[metric]['sd']:.4f}"
                for cell, metric in zip(cells, metrics, strict=True)
            ]
        rows.append([name, *cells])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    data = report.data
    head = (
        f"{data['users']} users, {data['posts']} posts, {data['links']} links; split by "
        f"{data['split']}, seeds {data['seeds']}; {data['judged_users']} users judged"
    )
    return "\n".join([head, "", *lines, *report.notes])
