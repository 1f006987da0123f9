const integers = ['smallint', 'integer', 'bigint', 'numeric'];

/** Whether every value of one type comes back the same after it was one of the other. */
export function widens(from: string, to: string): boolean {
  if (from === to) return true;
  const rank = integers.indexOf(from);
  if (rank >= 0 && integers.indexOf(to) > rank) return true;
  if (from === 'real' && to === 'double precision') return true;
  const length = (type: string): number | null => {
    const found = /^character varying(?:\((\d+)\))?$/.exec(type);
    if (found === null) return type === 'text' ? Infinity : null;
    return found[1] === undefined ? Infinity : Number(found[1]);
  };
  const [then, now] = [length(from), length(to)];
  return then !== null && now !== null && now >= then;
}
