import { describeValue, type Fault } from '../fault.ts';

/** Ends the reading of an expression at its first fault; caught where the reading began. */
export class Malformed extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.expected);
    this.fault = fault;
  }
}

/** @param at where it was noticed, in UTF-16 units from 0; people count from 1 */
export const malformed = (at: number, expected: string, got: string): Malformed =>
  new Malformed({
    code: 'expression.malformed',
    path: '',
    expected: `${expected} at character ${at + 1}`,
    got: got === '' ? 'the end' : describeValue(got),
  });
