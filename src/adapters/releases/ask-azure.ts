/** What an answer is waited for; a package of 60 MB goes up in this time, too. */
const requestTimeoutMs = 120_000;

/**
 * One request to Azure's management, or to a service that takes its tokens.
 * @throws {Error} what it answered, when that is no success
 */
export async function askAzure(token: () => Promise<string>, url: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${await token()}` };
  const answer = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(requestTimeoutMs) });
  if (answer.ok) return answer;
  const said = (await answer.text()).slice(0, 300);
  const hint = answer.status === 401 || answer.status === 403 ? ' (does your identity have its role?)' : '';
  throw new Error(`${new URL(url).host} answered ${answer.status}${hint}: ${said}`);
}
