import type { LockEntry, LockObject } from '../../model/activity.js';

/** What somebody waits for. `nameOf` gives the name of a relation, if it is known. */
export function describeWait(
  { object, mode }: Pick<LockEntry, 'object' | 'mode'>,
  nameOf: (object: LockObject) => string | null,
): string {
  // Of a transaction only its end can be awaited; the mode would say nothing more.
  if (object.type === 'transactionid') return `the end of transaction ${object.xid}, which wrote a row that it wants`;
  if (object.type === 'virtualxid')
    return `the end of the transaction ${object.virtualXid}, with its snapshot or its locks`;
  return `${mode} on ${describeObject(object, nameOf)}`;
}

function describeObject(object: LockObject, nameOf: (object: LockObject) => string | null): string {
  const relation = (): string =>
    nameOf(object) ??
    `relation ${object.relationOid}${object.databaseOid === null ? '' : ` of database ${object.databaseOid}`}`;
  switch (object.type) {
    case 'relation':
      return relation();
    case 'tuple':
      return `row (${object.page},${object.tuple}) of ${relation()}`;
    case 'page':
      return `page ${object.page} of ${relation()}`;
    case 'extend':
      return `the extension of ${relation()}`;
    case 'advisory':
      return `advisory lock ${advisoryKey(object)}`;
    case 'object':
      return `object ${object.objectOid} of catalog ${object.classOid}`;
    default:
      return object.type;
  }
}

/** One key of 64 bits, or two of 32: objsubid says which. */
function advisoryKey({ classOid, objectOid, subId }: LockObject): string {
  const [high, low] = [classOid ?? 0, objectOid ?? 0];
  return subId === 1 ? String(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))) : `${high | 0}, ${low | 0}`;
}
