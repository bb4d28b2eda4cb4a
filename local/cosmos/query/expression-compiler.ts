import { findFunction } from '../functions/function-table.ts';
import type { Evaluate, Frame } from './frame.ts';
import { likePattern } from './like-pattern.ts';
import { binaryFunctions, unaryFunctions } from './operators.ts';
import type { QueryScope } from './query-scope.ts';
import { compileSubquery } from './subquery-compiler.ts';
import type { BinaryOperator, Expression } from './syntax-tree.ts';
import { areEqual, type Json, type JsonObject, memberOf, type Value } from './value.ts';

/**
 * Makes a function of an expression; names become slots.
 * @throws {QueryError} when a name, function or aggregate is unknown or out of place
 */
export function compileExpression(expression: Expression, scope: QueryScope): Evaluate {
  const compile = (part: Expression) => compileExpression(part, scope);
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'parameter': {
      const { name, range } = expression;
      scope.names.totals.parameters.set(name, range);
      return (frame) => frame.parameters.get(name);
    }
    case 'name':
      return readSlot(scope.names.slotOf(expression.name, expression.range));
    case 'member':
      return compileMember(compile(expression.of), expression.index, compile);
    case 'unary': {
      const apply = unaryFunctions[expression.operator];
      const operand = compile(expression.operand);
      return (frame) => apply(operand(frame));
    }
    case 'binary':
      return compileBinary(expression.operator, compile(expression.left), compile(expression.right));
    case 'in':
      return compileIn(compile(expression.operand), expression.choices.map(compile));
    case 'like':
      return compileLike(compile(expression.operand), compile(expression.pattern), expression.escapeCharacter);
    case 'conditional': {
      const [test, then, otherwise] = [expression.test, expression.then, expression.otherwise].map(compile);
      return (frame) => (test!(frame) === true ? then!(frame) : otherwise!(frame));
    }
    case 'array': {
      const items = expression.items.map(compile);
      return (frame) => items.map((item) => item(frame)).filter(isDefined);
    }
    case 'object':
      return compileObject(expression.properties.map(([name, value]) => [name, compile(value)]));
    case 'call':
      if (scope.isAggregate(expression)) return readSlot(scope.addAggregate(expression, compile));
      return compileCall(expression, expression.operands.map(compile));
    case 'subquery':
      return compileSubquery(expression.query, expression.form, scope);
  }
}

const isDefined = (value: Value): value is Json => value !== undefined;

function readSlot(slot: number): Evaluate {
  return (frame) => frame.slots[slot];
}

function compileMember(of: Evaluate, index: Expression, compile: (part: Expression) => Evaluate): Evaluate {
  if (index.kind === 'literal') {
    const { value } = index;
    return (frame) => memberOf(of(frame), value);
  }
  const indexOf = compile(index);
  return (frame) => memberOf(of(frame), indexOf(frame));
}

/** The right side is left alone once the left side has settled the matter. */
function compileBinary(operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate {
  const apply = binaryFunctions[operator];
  if (operator !== 'AND' && operator !== 'OR') return (frame) => apply(left(frame), right(frame));
  const settling = operator === 'OR';
  return (frame) => {
    const value = left(frame);
    return value === settling ? settling : apply(value, right(frame));
  };
}

function compileIn(operand: Evaluate, choices: readonly Evaluate[]): Evaluate {
  return (frame) => {
    const value = operand(frame);
    return value === undefined ? undefined : choices.some((choice) => areEqual(value, choice(frame)));
  };
}

function compileLike(operand: Evaluate, pattern: Evaluate, escapeCharacter: string): Evaluate {
  // The pattern is nearly always the same for each row: its expression is made once.
  let known: { pattern: string; expression: RegExp } | undefined;
  return (frame) => {
    const [text, wanted] = [operand(frame), pattern(frame)];
    if (typeof text !== 'string' || typeof wanted !== 'string') return undefined;
    if (known?.pattern !== wanted) known = { pattern: wanted, expression: likePattern(wanted, escapeCharacter) };
    return known.expression.test(text);
  };
}

/** Properties that are undefined are left out. */
export function compileObject(properties: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (frame) => {
    const object: JsonObject = {};
    for (const [name, evaluate] of properties) {
      const value = evaluate(frame);
      if (value !== undefined) object[name] = value;
    }
    return object;
  };
}

function compileCall(call: Extract<Expression, { kind: 'call' }>, operands: readonly Evaluate[]): Evaluate {
  const { apply } = findFunction(call.name, operands.length, call.range);
  const [first, second] = operands;
  // Most functions take one or two operands and run once a row: for them no list of operands is made.
  if (operands.length === 1) return (frame) => apply(first!(frame));
  if (operands.length === 2) return (frame) => apply(first!(frame), second!(frame));
  return (frame: Frame) => apply(...operands.map((operand) => operand(frame)));
}
