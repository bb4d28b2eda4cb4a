import { expect, test } from 'vitest';
import { CrashBudget } from '../../../local/host/worker/crash-budget.ts';

const minuteMs = 60_000;

test('the third death within 30 minutes is one too many', () => {
  const budget = new CrashBudget();
  expect([0, 1, 2].map((minute) => budget.spend(minute * minuteMs))).toEqual([true, true, false]);
});

test('a death more than 30 minutes after the last one starts a new count', () => {
  const budget = new CrashBudget();
  expect([0, 29, 60, 61].map((minute) => budget.spend(minute * minuteMs))).toEqual([true, true, true, true]);
});
