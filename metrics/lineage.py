"""Which dbt models a metric descends from."""

from collections import deque


def upstream_models(manifest: dict, unique_id: str) -> tuple[str, ...]:
    """Names of all models upstream of a node, nearest first; names of one distance in alphabetical order."""
    nodes = {**manifest["nodes"], **manifest["metrics"], **manifest["semantic_models"]}
    distance = {unique_id: 0}
    queue = deque([unique_id])
    while queue:
        current = queue.popleft()
        for parent in nodes.get(current, {}).get("depends_on", {}).get("nodes", []):
            if parent not in distance:
                distance[parent] = distance[current] + 1
                queue.append(parent)
    models = [(steps, nodes[key]["name"]) for key, steps in distance.items() if key.startswith("model.")]
    return tuple(name for _, name in sorted(models))
