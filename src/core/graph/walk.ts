import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  SparseTensorProto,
  TensorProto,
  TypeProto,
} from 'onnx-buf';

/** What to do with each part of a model; a path is a JSON Pointer from the model, as its ONNX fields are named. */
export interface Visitor {
  graph?(graph: GraphProto, path: string): void;
  node?(node: NodeProto, path: string, scope: GraphProto | FunctionProto): void;
  tensor?(tensor: TensorProto, path: string): void;
  sparseTensor?(tensor: SparseTensorProto, path: string): void;
  /** Type of an input, output or value, or of an attribute. */
  type?(type: TypeProto, path: string): void;
}

/** Visits every graph, operator, tensor and type of a model: in subgraphs, functions and training steps too. */
export function walkModel(model: ModelProto, visitor: Visitor): void {
  if (model.graph !== undefined) walkGraph(model.graph, '/graph', visitor);
  model.functions.forEach((each, i) => {
    walkFunction(each, `/functions/${i}`, visitor);
  });
  model.trainingInfo.forEach(({ initialization, algorithm }, i) => {
    if (initialization !== undefined) walkGraph(initialization, `/training_info/${i}/initialization`, visitor);
    if (algorithm !== undefined) walkGraph(algorithm, `/training_info/${i}/algorithm`, visitor);
  });
}

/** Visits a graph and the graphs inside it. */
export function walkGraph(graph: GraphProto, path: string, visitor: Visitor): void {
  visitor.graph?.(graph, path);
  graph.initializer.forEach((tensor, i) => {
    visitor.tensor?.(tensor, `${path}/initializer/${i}`);
  });
  graph.sparseInitializer.forEach((tensor, i) => {
    walkSparse(tensor, `${path}/sparse_initializer/${i}`, visitor);
  });
  for (const [field, values] of [
    ['input', graph.input],
    ['output', graph.output],
    ['value_info', graph.valueInfo],
  ] as const) {
    values.forEach(({ type }, i) => {
      if (type !== undefined) visitor.type?.(type, `${path}/${field}/${i}`);
    });
  }
  graph.node.forEach((node, i) => {
    walkNode(node, `${path}/node/${i}`, visitor, graph);
  });
}

function walkFunction(each: FunctionProto, path: string, visitor: Visitor): void {
  each.attributeProto.forEach((attribute, i) => {
    walkAttribute(attribute, `${path}/attribute_proto/${i}`, visitor);
  });
  each.valueInfo.forEach(({ type }, i) => {
    if (type !== undefined) visitor.type?.(type, `${path}/value_info/${i}`);
  });
  each.node.forEach((node, i) => {
    walkNode(node, `${path}/node/${i}`, visitor, each);
  });
}

function walkNode(node: NodeProto, path: string, visitor: Visitor, scope: GraphProto | FunctionProto): void {
  visitor.node?.(node, path, scope);
  node.attribute.forEach((attribute, i) => {
    walkAttribute(attribute, `${path}/attribute/${i}`, visitor);
  });
}

function walkAttribute(
  { t, tensors, sparseTensor, sparseTensors, g, graphs, tp, typeProtos }: AttributeProto,
  path: string,
  visitor: Visitor,
): void {
  for (const tensor of t === undefined ? tensors : [t, ...tensors]) visitor.tensor?.(tensor, path);
  for (const tensor of sparseTensor === undefined ? sparseTensors : [sparseTensor, ...sparseTensors]) {
    walkSparse(tensor, path, visitor);
  }
  for (const type of tp === undefined ? typeProtos : [tp, ...typeProtos]) visitor.type?.(type, path);
  if (g !== undefined) walkGraph(g, `${path}/g`, visitor);
  graphs.forEach((graph, i) => {
    walkGraph(graph, `${path}/graphs/${i}`, visitor);
  });
}

function walkSparse(tensor: SparseTensorProto, path: string, visitor: Visitor): void {
  visitor.sparseTensor?.(tensor, path);
  if (tensor.values !== undefined) visitor.tensor?.(tensor.values, `${path}/values`);
  if (tensor.indices !== undefined) visitor.tensor?.(tensor.indices, `${path}/indices`);
}
