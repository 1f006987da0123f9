export interface Figure {
  readonly value: number | null;
  readonly problem: string | null;
}

/** A finite number, also as text: that is how Prometheus and the driver give it. */
export function toFigure(found: unknown): Figure {
  const text = typeof found === 'string' ? found.trim() : '';
  const value =
    typeof found === 'number' ? found : typeof found === 'bigint' || text !== '' ? Number(found) : Number.NaN;
  if (Number.isFinite(value)) return { value, problem: null };
  return { value: null, problem: 'what it gives is no figure' };
}

/** The figure at a path of keys and indexes; without a path the whole text is the figure. */
export function figureInJson(body: string, path: string | null): Figure {
  if (path === null) return toFigure(body);
  const parsed = parseJson(body);
  if (parsed === undefined) return { value: null, problem: 'the answer is no JSON' };
  let found: unknown = parsed;
  for (const step of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) {
      return { value: null, problem: `the answer has nothing at ${path}` };
    }
    found = (found as Readonly<Record<string, unknown>>)[step];
  }
  return toFigure(found);
}

/** The one sample of an instant query's answer: a scalar, or a vector of one. */
export function figureInPrometheus(body: string): Figure {
  const answer = parseJson(body) as
    | { readonly status?: unknown; readonly data?: { readonly resultType?: unknown; readonly result?: unknown } }
    | null
    | undefined;
  const { resultType, result } = answer?.data ?? {};
  if (answer?.status !== 'success' || !Array.isArray(result)) {
    return { value: null, problem: 'the answer is none of the Prometheus API' };
  }
  if (resultType === 'scalar') return toFigure(result[1]);
  if (resultType !== 'vector')
    return { value: null, problem: `the query gives a ${String(resultType)}, not one sample` };
  if (result.length !== 1) return { value: null, problem: `the query gives ${result.length} samples, not one` };
  const [sample] = result as readonly { readonly value?: readonly unknown[] }[];
  return toFigure(sample?.value?.[1]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
