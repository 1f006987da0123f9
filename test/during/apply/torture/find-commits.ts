const pageBytes = 8192n;
/** As the servers of these trials are made. */
const segmentBytes = 1_048_576n;
const pageHeaderBytes = 24n;
const segmentHeaderBytes = 40n;
const recordHeaderBytes = 24;
const recordAlignment = 8n;

/** RM_XACT_ID, and of its records those that are XLOG_XACT_COMMIT. */
const transactions = 1;
const transactionMask = 0x70;

/** Where the records of commits begin in a piece of WAL, which itself begins with a record; positions are those of the server. */
export function findCommits(wal: Buffer, startLsn: bigint): readonly bigint[] {
  const commits: bigint[] = [];
  const endLsn = startLsn + BigInt(wal.length);
  let next = startLsn;
  for (;;) {
    const begin = afterPageHeader(aligned(next));
    if (begin + recordAlignment > endLsn) return commits;
    const length = wal.readUInt32LE(Number(begin - startLsn));
    const headerEnd = skip(begin, recordHeaderBytes);
    if (length < recordHeaderBytes || headerEnd > endLsn) return commits;
    const header = readAcrossPages(wal, startLsn, begin);
    const isTransaction = header.readUInt8(17) === transactions;
    if (isTransaction && (header.readUInt8(16) & transactionMask) === 0) commits.push(begin);
    next = skip(headerEnd, length - recordHeaderBytes);
  }
}

function aligned(lsn: bigint): bigint {
  return ((lsn + recordAlignment - 1n) / recordAlignment) * recordAlignment;
}

function afterPageHeader(lsn: bigint): bigint {
  if (lsn % pageBytes !== 0n) return lsn;
  return lsn + (lsn % segmentBytes === 0n ? segmentHeaderBytes : pageHeaderBytes);
}

/** Where one is after so many bytes of a record; the headers of pages between do not count. */
function skip(lsn: bigint, bytes: number): bigint {
  let at = lsn;
  let left = BigInt(bytes);
  while (left > 0n) {
    at = afterPageHeader(at);
    const onPage = pageBytes - (at % pageBytes);
    const step = left < onPage ? left : onPage;
    at += step;
    left -= step;
  }
  return at;
}

function readAcrossPages(wal: Buffer, startLsn: bigint, begin: bigint): Buffer {
  const bytes = Array.from({ length: recordHeaderBytes }, (_, index) => {
    const at = afterPageHeader(skip(begin, index));
    return wal[Number(at - startLsn)] ?? 0;
  });
  return Buffer.from(bytes);
}
