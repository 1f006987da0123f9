import type { OnProgress, Progress } from '../workflows/progress.js';

export interface Terminal {
  readonly isTty: boolean;
  readonly color: boolean;
  /** Columns and rows as they are now. */
  readonly width: number;
  readonly height: number;
  readonly write: (text: string) => void;
}

const eraseLine = '\r\x1b[2K';
const redrawMs = 120;
/** Off a terminal a step is told again when it takes this long, so that a log shows life. */
const reminderMs = 30_000;

export interface ProgressLine extends Disposable {
  readonly report: OnProgress;
}

/** One line that is redrawn on a terminal, plain lines elsewhere. Nothing of it stays once it is disposed. */
export function openProgressLine(terminal: Terminal): ProgressLine {
  let text = '';
  let since = performance.now();
  const draw = (): void => {
    if (text === '') return;
    const time = ` · ${elapsed(since)}`;
    terminal.write(`${eraseLine}${fit(text, terminal.width - time.length)}${time}`);
  };
  const remind = (): void => {
    if (text !== '') terminal.write(`${text} · ${elapsed(since)}\n`);
  };
  const timer = setInterval(terminal.isTty ? draw : remind, terminal.isTty ? redrawMs : reminderMs);
  timer.unref();
  return {
    report: (progress) => {
      if (progress.kind === 'output') {
        terminal.write(terminal.isTty ? `${eraseLine}${progress.text}` : progress.text);
        return;
      }
      text = inWords(progress);
      since = performance.now();
      // Statements of a chain pass by the hundred: in a log only the phases count.
      if (!terminal.isTty && progress.kind === 'phase') terminal.write(`${text}\n`);
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      if (terminal.isTty) terminal.write(eraseLine);
    },
  };
}

function inWords(progress: Exclude<Progress, { readonly kind: 'output' }>): string {
  switch (progress.kind) {
    case 'phase':
      return progress.text;
    case 'history':
      return `Building the stage: migration ${progress.done + 1} of ${progress.total}`;
    case 'proof':
      return `Proving rollbacks: ${progress.done} of ${progress.total}`;
    case 'statement':
      return `${progress.path} ${progress.number}/${progress.count}: ${progress.sql.replace(/\s+/g, ' ').slice(0, 200)}`;
    default:
      return progress satisfies never;
  }
}

function elapsed(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function fit(text: string, width: number): string {
  const visible = text.replace(/\p{Cc}/gu, ' ');
  return visible.length < width ? visible : `${visible.slice(0, Math.max(0, width - 2))}…`;
}
