import { flag, type Piece, textFact } from '../piece.js';

/** The options of a sequence as CREATE and ALTER SEQUENCE take them, without its type. */
export function sequenceOptions(sequence: Piece): string {
  const number = (word: string, fact: string): string => `${word} ${textFact(sequence, fact) ?? '1'}`;
  return [
    number('INCREMENT BY', 'increment'),
    number('MINVALUE', 'min'),
    number('MAXVALUE', 'max'),
    number('START WITH', 'start'),
    number('CACHE', 'cache'),
    flag(sequence, 'cycle') ? 'CYCLE' : 'NO CYCLE',
  ].join(' ');
}
