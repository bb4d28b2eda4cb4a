import { describe, expect, test } from 'vitest';
import { FaultInjector } from '../../../local/faults/fault-injector.ts';
import { checkFaultPlan, type FaultPlan, type FaultRule } from '../../../local/faults/fault-plan.ts';

const write = { container: 'predictions', isWrite: true, isBatch: false };
const reset = { kind: 'reset' } as const;

function injectorOf(rules: readonly FaultRule[], seed = 7): FaultInjector {
  const injector = new FaultInjector('cosmos');
  injector.use(checkFaultPlan({ seed, rules }));
  return injector;
}

const strikes = (injector: FaultInjector, count: number) =>
  Array.from({ length: count }, () => injector.strike(write) !== undefined);

test('without rules nothing is struck', () => {
  expect(new FaultInjector('cosmos').strike(write)).toBeUndefined();
});

test('a share of requests is struck, the same ones for the same seed', () => {
  const rules = [{ service: 'cosmos', fault: reset, share: 0.3 }] as const;
  const struck = strikes(injectorOf(rules), 1_000);
  expect(struck.filter(Boolean).length / 1_000).toBeCloseTo(0.3, 1);
  expect(strikes(injectorOf(rules), 1_000)).toEqual(struck);
  expect(strikes(injectorOf(rules, 8), 1_000)).not.toEqual(struck);
});

test('a rule rests after its times; what it met and struck is counted', () => {
  const injector = injectorOf([{ service: 'cosmos', fault: reset, times: 2 }]);
  expect(strikes(injector, 4)).toEqual([true, true, false, false]);
  expect(injector.counts).toEqual([{ kind: 'reset', fitting: 2, struck: 2 }]);
});

test('numbers are drawn from their range', () => {
  const injector = injectorOf([{ service: 'cosmos', fault: { kind: 'throttle', retryAfterMs: [100, 200] } }]);
  const delays = Array.from({ length: 100 }, () => injector.strike(write)).map((strike) =>
    strike?.kind === 'throttle' ? strike.retryAfterMs : -1,
  );
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...delays)).toBeLessThanOrEqual(200);
  expect(new Set(delays).size).toBeGreaterThan(20);
});

describe('a rule strikes only what it is for', () => {
  test.each<[string, Omit<FaultRule, 'service' | 'fault'>, Partial<typeof write>, boolean]>([
    ['writes', { on: 'writes' }, {}, true],
    ['writes', { on: 'writes' }, { isWrite: false }, false],
    ['reads', { on: 'reads' }, {}, false],
    ['reads', { on: 'reads' }, { isWrite: false }, true],
    ['a container', { container: 'predictions' }, {}, true],
    ['a container', { container: 'latest' }, {}, false],
  ])('%s: %j with %j', (_, rule, request, isStruck) => {
    const injector = injectorOf([{ service: 'cosmos', fault: reset, ...rule }]);
    expect(injector.strike({ ...write, ...request }) !== undefined).toBe(isStruck);
  });

  test('failing items are a matter of batches', () => {
    const injector = injectorOf([{ service: 'cosmos', fault: { kind: 'some-items' } }]);
    expect(injector.strike(write)).toBeUndefined();
    expect(injector.strike({ ...write, isBatch: true })?.kind).toBe('some-items');
  });

  test('the rules of another service are not its own', () => {
    expect(injectorOf([{ service: 'blob', fault: reset }]).strike(write)).toBeUndefined();
  });
});

describe('a plan that cannot be meant is refused by the place that is wrong', () => {
  const plan = (rule: object): FaultPlan => ({ seed: 1, rules: [{ service: 'cosmos', fault: reset, ...rule }] });
  test.each([
    [plan({ service: 'sql' }), /rules\[0\]\.service: expected cosmos, blob, queue, got "sql"/],
    [plan({ share: 0 }), /share/],
    [plan({ share: 1.5 }), /share/],
    [plan({ times: 0 }), /times/],
    [plan({ on: 'deletes' }), /reads or writes/],
    [plan({ fault: { kind: 'explode' } }), /rules\[0\]\.fault: expected throttle/],
    [plan({ fault: { kind: 'status', status: 404 } }), /fault\.status/],
    [plan({ fault: { kind: 'slow', delayMs: [5, 1] } }), /delayMs/],
    [plan({ service: 'blob', fault: { kind: 'some-items' } }), /a fault of blob/],
    [{ seed: -1, rules: [] }, /seed/],
  ])('%j', (wrong, message) => {
    expect(() => checkFaultPlan(wrong as FaultPlan)).toThrow(message);
  });
});
