import { ScoringError } from '../../../src/core/fault.ts';

/** What an instance may still do; each step of its ports takes one. */
export interface Life {
  steps: number;
}

const dead = () => new ScoringError('storage.unavailable', 'the instance is dead', { retryable: true });

/** Ports of an instance that dies: once its steps are used up nothing is done any more. */
export function mortal<Ports extends object>(ports: Ports, life: Life): Ports {
  return new Proxy(ports, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        // A piece is begun, and a list looked at, without a step; what is done with a piece takes some.
        if (name === 'piece') return mortal(value.apply(target, args), life);
        if (name === 'list' || name === 'open') return value.apply(target, args);
        if (life.steps-- <= 0) return Promise.reject(dead());
        return value.apply(target, args);
      };
    },
  });
}
