import { expect, test } from 'vitest';
import { operatorNames } from '../../../../src/core/graph/safety/operator-names.ts';
import { hasOperator } from '../has-operator.ts';

test.each([...operatorNames])(
  'every operator of %s in the table is one that ONNX Runtime has',
  async (domain, names) => {
    const gone: string[] = [];
    for (const name of names) if (!(await hasOperator(domain, name))) gone.push(name);
    expect(gone).toEqual([]);
    expect(await hasOperator(domain, 'NoSuchOperator')).toBe(false);
  },
);
