import { AggregateAuthenticationError, CredentialUnavailableError } from '@azure/identity';
import { expect, test } from 'vitest';
import { storageError } from '../../src/cli/model-target.ts';
import { unreachable } from '../../src/cli/targets.ts';
import { UnreachableError } from '../../src/cli/usage-error.ts';
import { ScoringError } from '../../src/core/fault.ts';

const notSignedIn = new AggregateAuthenticationError([new CredentialUnavailableError('no az')], 'all failed');

test('where nobody is signed in, the message says to sign in, and not that the service is down', () => {
  const stored = new ScoringError('storage.unavailable', `blob storage does not answer (${notSignedIn.name})`, {
    retryable: true,
    cause: notSignedIn,
  });
  for (const told of [unreachable('Cosmos DB', notSignedIn), storageError(stored)]) {
    expect(told).toBeInstanceOf(UnreachableError);
    expect((told as Error).message).toMatch(/nobody is signed in to Azure\.\nSign in with az login or azd auth login/);
  }
});

test('a service that does not answer is out of reach, and what it answers is said as it is', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  expect(unreachable('Cosmos DB', refused)).toBeInstanceOf(UnreachableError);
  const answered = new Error('Forbidden');
  expect(unreachable('Cosmos DB', answered)).toBe(answered);
});
