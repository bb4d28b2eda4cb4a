type Check = (value: string) => boolean;

const integer = /^[+-]?\d+$/;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const float = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const guid = /^(\{|\()?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(\}|\))?$/i;

const isInteger = (min: bigint, max: bigint) => (value: string) =>
  integer.test(value) && BigInt(value.replace('+', '')) >= min && BigInt(value.replace('+', '')) <= max;

const plainConstraints: Readonly<Record<string, Check>> = {
  int: isInteger(-(2n ** 31n), 2n ** 31n - 1n),
  long: isInteger(-(2n ** 63n), 2n ** 63n - 1n),
  bool: (value) => /^(true|false)$/i.test(value),
  guid: (value) => guid.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: (value) => decimal.test(value),
  double: (value) => float.test(value),
  float: (value) => float.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  required: (value) => value !== '',
};

const constraintsWithArguments: Readonly<Record<string, (args: string) => Check>> = {
  length: (args) => {
    const [min = 0, max = min] = numbersOf(args);
    return (value) => value.length >= min && value.length <= max;
  },
  minlength: (args) => (value) => value.length >= Number(args),
  maxlength: (args) => (value) => value.length <= Number(args),
  min: (args) => (value) => integer.test(value) && Number(value) >= Number(args),
  max: (args) => (value) => integer.test(value) && Number(value) <= Number(args),
  range: (args) => {
    const [min = 0, max = 0] = numbersOf(args);
    return (value) => integer.test(value) && Number(value) >= min && Number(value) <= max;
  },
  regex: (args) => {
    const pattern = new RegExp(args, 'i');
    return (value) => pattern.test(value);
  },
};

const numbersOf = (args: string) => args.split(',').map(Number);

/**
 * Reads an inline constraint of ASP.NET routing, such as `int` or `length(1,8)`.
 * @throws {Error} for one that ASP.NET does not know
 */
export function parseConstraint(text: string): Check {
  const match = /^(\w+)(?:\((.*)\))?$/s.exec(text);
  const name = match?.[1]?.toLowerCase() ?? '';
  const args = match?.[2];
  const check = args === undefined ? plainConstraints[name] : constraintsWithArguments[name]?.(args);
  if (check === undefined) throw new Error(`unknown route constraint "${text}"`);
  return check;
}
