import { ChangeSafetyError } from '../../model/change-safety-error.js';

const strict = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a file: strict UTF-8 without its byte order mark.
 * @throws ChangeSafetyError `script-invalid` naming line and byte offset, for bytes that are not UTF-8 and for NUL bytes.
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw refusal(
      bytes,
      { path, offset: nul },
      {
        what: utf16Mark(bytes)
          ? 'the file looks like UTF-16'
          : 'a NUL byte, which hides the text behind it from PostgreSQL',
        remedy: utf16Mark(bytes) ? 'Save the file as UTF-8.' : 'Remove the NUL byte.',
      },
    );
  }
  try {
    return strict.decode(bytes);
  } catch {
    const offset = firstInvalidByte(bytes);
    const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
    throw refusal(
      bytes,
      { path, offset },
      {
        what: `byte 0x${byte} is not UTF-8`,
        remedy: `Save the file as UTF-8; if it is Latin-1: iconv -f latin1 -t utf-8 ${path}`,
      },
    );
  }
}

function utf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function refusal(
  bytes: Uint8Array,
  place: { readonly path: string; readonly offset: number },
  words: { readonly what: string; readonly remedy: string },
): ChangeSafetyError {
  let line = 1;
  for (let at = 0; at < place.offset; at += 1) if (bytes[at] === 0x0a) line += 1;
  return new ChangeSafetyError({
    code: 'script-invalid',
    message: `${place.path}:${line}: ${words.what} (byte offset ${place.offset}).`,
    remedy: words.remedy,
    effect: 'none',
  });
}

/** A non-fatal decoder replaces what is invalid, so the texts first differ in length or content there. */
function firstInvalidByte(bytes: Uint8Array): number {
  const valid = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  const offset = valid.findIndex((byte, index) => byte !== bytes[index]);
  return offset < 0 ? 0 : offset;
}
