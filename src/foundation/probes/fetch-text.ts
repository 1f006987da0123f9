/** An HTTP request to an address that the configuration names. */
export interface TextRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For everything, redirects included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface TextAnswer {
  /** Null when no answer came. */
  readonly status: number | null;
  readonly body: string;
  /** Why there is no answer; of the address it names the host alone, for the rest may be a secret. */
  readonly problem: string | null;
}

const mostRedirects = 5;
/** Who asks for a figure or a word needs no more, and an endless answer fills no memory. */
const mostCharacters = 1_000_000;

/**
 * Asks once and never rejects but when the signal is aborted. Redirects are followed on the same host only: headers may
 * hold credentials, and nobody named another host.
 */
export async function fetchText(request: TextRequest): Promise<TextAnswer> {
  const { url, timeoutMs, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await follow(withoutCredentials(new URL(url), request), AbortSignal.any([signal, timeout]));
  } catch (cause) {
    signal.throwIfAborted();
    const why = timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
    return { status: null, body: '', problem: `${hostOf(url)}: ${why}` };
  }
}

interface Aimed extends TextRequest {
  readonly address: URL;
}

/** `https://user:password@host` is how people write it, and `fetch` refuses it. */
function withoutCredentials(address: URL, request: TextRequest): Aimed {
  const { username, password } = address;
  if (username === '' && password === '') return { ...request, address };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  address.username = '';
  address.password = '';
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { ...request, address, headers: { authorization, ...request.headers } };
}

async function follow({ address, method = 'GET', headers, body }: Aimed, signal: AbortSignal): Promise<TextAnswer> {
  let at = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const answer = await fetch(at, { method, headers, body, signal, redirect: 'manual' });
    const location = isRedirect(answer.status) ? answer.headers.get('location') : null;
    if (location === null) return { status: answer.status, body: await readBody(answer), problem: null };
    await answer.body?.cancel();
    const next = new URL(location, at);
    if (!isSamePlace(at, next)) return nowhere(at, `it redirects to another host, ${next.host}`);
    if (method === 'POST') return nowhere(at, 'it redirects what was posted');
    at = next;
  }
  return nowhere(at, `it redirects more than ${mostRedirects} times`);
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** To encryption, but never out of it. */
function isSamePlace(from: URL, to: URL): boolean {
  if (from.protocol === to.protocol) return from.host === to.host;
  return from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname && to.port === '';
}

function nowhere(at: URL, why: string): TextAnswer {
  return { status: null, body: '', problem: `${at.host}: ${why}` };
}

async function readBody(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > mostCharacters) throw new Error(`the answer is longer than ${mostCharacters} characters`);
  }
  return text + decoder.decode();
}

/** The host of an address, for messages. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the address';
}

/** The driver of HTTP says `fetch failed`, and why in the cause: ECONNREFUSED, a certificate's fault, a name unknown. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(inner instanceof Error)) return 'the request failed';
  const { code } = inner as { readonly code?: unknown };
  return typeof code === 'string' ? code : inner.message;
}
