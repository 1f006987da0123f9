/** A piece of one axis: data values in, coordinates out. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly kind: 'linear' | 'log';
  readonly start: number;
  readonly end: number;
}

/** The coordinate of a value, kept inside the axis. */
export function place(scale: Scale, value: number): number {
  const share =
    scale.kind === 'linear'
      ? (value - scale.from) / (scale.to - scale.from)
      : (Math.log10(value) - Math.log10(scale.from)) / (Math.log10(scale.to) - Math.log10(scale.from));
  return scale.start + Math.min(1, Math.max(0, share)) * (scale.end - scale.start);
}

/** Round values (1, 2 or 5 times a power of ten) that cut the range into at most `count` parts. */
export function linearTicks(from: number, to: number, count: number): readonly number[] {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999) ?? rough;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** The powers of ten from `from` to `to`, both powers of ten themselves. */
export function logTicks(from: number, to: number): readonly number[] {
  const first = Math.round(Math.log10(from));
  const last = Math.round(Math.log10(to));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}
