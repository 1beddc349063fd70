"""What a request costs, by Shopify's published rule: scalar 0, object 1, connection by `first`, mutation 10.

Of fragments on different types only the dearest counts, as an object has one type. `userErrors` and `pageInfo` are
free. Given the answer's data the same walk tells what was really spent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)

from sandbox.shopify.schema import admin_schema

MUTATION_COST = 10
MAX_REQUESTED = 1000
FREE = {"userErrors", "pageInfo"}
_ABSENT = object()


class Cost:
    def __init__(self, parsed: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> None:
        self._operation = operation
        self._fragments = {
            node.name.value: node for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._variables = dict(variables)
        for definition in operation.variable_definitions or ():
            if isinstance(definition.default_value, IntValueNode):
                self._variables.setdefault(definition.variable.name.value, int(definition.default_value.value))

    def requested(self) -> int:
        return self._root(_ABSENT)

    def actual(self, data: Any) -> int:
        return self._root(data)

    def _root(self, data: Any) -> int:
        schema = admin_schema()
        mutation = self._operation.operation is OperationType.MUTATION
        root = schema.mutation_type if mutation else schema.query_type
        assert root is not None
        return self._selection(self._operation.selection_set, root, data, MUTATION_COST if mutation else None)

    def _selection(
        self, selection: SelectionSetNode, parent: GraphQLCompositeType, data: Any, own: int | None = None
    ) -> int:
        """`own` is the price of each field itself where it is not its type's."""
        common, by_type = 0, defaultdict[str, int](int)
        for node in selection.selections:
            if isinstance(node, FieldNode):
                common += self._field(node, parent, data, own)
            else:
                inner, condition = self._fragment(node, parent)
                cost = self._selection(inner, condition, data, own)
                if condition is parent or isinstance(condition, GraphQLInterfaceType | GraphQLUnionType):
                    common += cost
                else:
                    by_type[condition.name] += cost
        return common + max(by_type.values(), default=0)

    def _fragment(self, node: Any, parent: GraphQLCompositeType) -> tuple[SelectionSetNode, GraphQLCompositeType]:
        source = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        assert isinstance(source, InlineFragmentNode | FragmentDefinitionNode)
        if source.type_condition is None:
            return source.selection_set, parent
        condition = admin_schema().type_map[source.type_condition.name.value]
        assert isinstance(condition, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        return source.selection_set, condition

    def _field(self, node: FieldNode, parent: GraphQLCompositeType, data: Any, own: int | None) -> int:
        name = node.name.value
        if name.startswith("__") or name in FREE or isinstance(parent, GraphQLUnionType):
            return 0
        kind = get_named_type(parent.fields[name].type)
        if is_leaf_type(kind) or node.selection_set is None:
            return own or 0
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        below = _ABSENT if data is _ABSENT else _value(data, node)
        if below is None:
            return own or 0
        if kind.name.endswith("Connection"):
            return self._connection(node, kind, below)
        if isinstance(below, list):
            return sum(1 + self._selection(node.selection_set, kind, item) for item in below if item is not None)
        return (1 if own is None else own) + self._selection(node.selection_set, kind, below)

    def _connection(self, node: FieldNode, kind: GraphQLCompositeType, data: Any) -> int:
        """The price of one node times the page's size, or the sum over the nodes that came."""
        assert node.selection_set is not None
        cost = 0
        for name, part in self._node_fields(node.selection_set, kind):
            assert part.selection_set is not None
            assert not isinstance(kind, GraphQLUnionType)
            inner = get_named_type(kind.fields[name].type)
            assert isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
            if data is _ABSENT:
                cost += self._size(node) * self._one(name, part, inner, _ABSENT)
            else:
                cost += sum(self._one(name, part, inner, item) for item in _value(data, part) or [])
        return cost

    def _one(self, name: str, part: FieldNode, inner: GraphQLCompositeType, data: Any) -> int:
        assert part.selection_set is not None
        wrapper = 0 if name == "edges" else 1  # an edge is free, the node in it counts as the object
        return wrapper + self._selection(part.selection_set, inner, data)

    def _node_fields(self, selection: SelectionSetNode, kind: GraphQLCompositeType) -> Iterable[tuple[str, FieldNode]]:
        for node in selection.selections:
            if isinstance(node, FieldNode):
                if node.name.value in ("nodes", "edges") and node.selection_set is not None:
                    yield node.name.value, node
            else:
                yield from self._node_fields(self._fragment(node, kind)[0], kind)

    def _size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                if isinstance(argument.value, IntValueNode):
                    return int(argument.value.value)
                if isinstance(argument.value, VariableNode):
                    given = self._variables.get(argument.value.name.value)
                    if isinstance(given, int):
                        return given
        return 0


def _value(data: Any, node: FieldNode) -> Any:
    key = node.alias.value if node.alias else node.name.value
    return data.get(key) if isinstance(data, dict) else None
