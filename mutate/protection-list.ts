import type { Protection } from './protection.ts';
import { accounts } from './protections/accounts.ts';
import { calls } from './protections/calls.ts';
import { crashes } from './protections/crashes.ts';
import { envelope } from './protections/envelope.ts';
import { erasing } from './protections/erasing.ts';
import { files } from './protections/files.ts';
import { identity } from './protections/identity.ts';
import { infra } from './protections/infra.ts';
import { order } from './protections/order.ts';
import { packing } from './protections/packing.ts';
import { settling } from './protections/settling.ts';
import { sinks } from './protections/sinks.ts';

/** Every protection that is taken out, one after the other. */
export const protections: readonly Protection[] = [
  ...identity,
  ...settling,
  ...sinks,
  ...packing,
  ...order,
  ...crashes,
  ...envelope,
  ...accounts,
  ...files,
  ...calls,
  ...erasing,
  ...infra,
];
