import type { Notice } from '../../model/trace.js';
import type { Frame } from './frames.js';
import { readCString, readReport, type ReportFields, rowsOfTag, shiftPosition } from './messages.js';
import type { Outbox } from './outbox.js';
import type { TappedError } from './tap.js';
import type { Receiver } from './upstream.js';

/** What is known of the server's answer to one statement. */
export class Answer {
  error: TappedError | null = null;
  tag: string | null = null;
  readonly notices: Notice[] = [];
  copies = false;
  /** Something of the answer has reached the client already. */
  sent = false;
  endedAt: number | null = null;

  takeNotice(notice: Frame): void {
    this.notices.push(toNotice(readReport(notice.body)));
  }

  get rowCount(): number | null {
    return this.tag === null ? null : rowsOfTag(this.tag);
  }
}

export interface RelayOptions {
  /** `ready`: a simple query, up to ReadyForQuery, which stays here. `execution`: one Execute, up to its completion. */
  readonly until: 'ready' | 'execution';
  /** Characters of the client's text before the statement. */
  readonly shift: number;
  /** SQLSTATE of a warning that only the tap's own block causes. */
  readonly dropWarning?: string;
  readonly onReady: (ready: Frame) => void;
  readonly onUnasked: (frame: Frame) => void;
  readonly onCopyIn: () => void;
}

/**
 * Passes an answer on while it comes, so that results of any size go through, and holds back its completion: a
 * client acts on that, and must not before the observers have looked.
 */
export function relayAnswer(answer: Answer, outbox: Outbox, options: RelayOptions): Receiver {
  return (frame) => {
    switch (frame.type) {
      case 'Z':
        options.onReady(frame);
        return 'done';
      case 'C':
      case 'I':
      case 's':
        outbox.release();
        complete(answer, frame);
        outbox.hold(frame.bytes);
        return options.until === 'execution' ? 'done' : 'more';
      case 'E':
        complete(answer, frame);
        outbox.hold(shiftPosition(frame, options.shift));
        return options.until === 'execution' ? 'done' : 'more';
      case 'N':
        if (readReport(frame.body).get('C') === options.dropWarning) return 'more';
        answer.takeNotice(frame);
        outbox.follow(shiftPosition(frame, options.shift));
        return 'more';
      case 'S':
      case 'A':
        options.onUnasked(frame);
        return 'more';
      default:
        outbox.release();
        outbox.send(frame.bytes);
        answer.sent = true;
        if (frame.type === 'G' || frame.type === 'H') answer.copies = true;
        if (frame.type === 'G') options.onCopyIn();
        return 'more';
    }
  };
}

function complete(answer: Answer, frame: Frame): void {
  answer.endedAt = performance.now();
  if (frame.type === 'E') answer.error = toTappedError(readReport(frame.body));
  else if (frame.type === 'C') answer.tag = readCString(frame.body, 0);
}

/** The letter of a ReadyForQuery: I idle, T in a transaction, E in a failed one. */
export function statusOf(ready: Frame): string {
  return ready.body.toString('latin1', 0, 1);
}

function toNotice(fields: ReportFields): Notice {
  return {
    severity: fields.get('V') ?? fields.get('S') ?? 'NOTICE',
    code: fields.get('C') ?? '00000',
    message: fields.get('M') ?? '',
  };
}

export function toTappedError(fields: ReportFields): TappedError {
  const position = fields.get('P');
  return {
    code: fields.get('C') ?? null,
    message: fields.get('M') ?? '',
    position: position === undefined ? null : Number(position),
    detail: fields.get('D') ?? null,
    hint: fields.get('H') ?? null,
  };
}
