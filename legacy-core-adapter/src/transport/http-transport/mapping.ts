import { readFile } from 'node:fs/promises';
import { BadInput } from '@core-exit/process/faults';
import Type from 'typebox';
import Value from 'typebox/value';
import { TR_CODES } from '../../../telegram/codes.ts';

/** A document with `{FIELD}` in place of each value: objects and texts. The names of attributes begin with `@`. */
type Template = string | Template[] | { [name: string]: Template };
const Template = Type.Unsafe<Template>(Type.Unknown());

const Path = Type.String({ minLength: 1 });
const Fields = Type.Record(Type.String(), Path);

const Operation = Type.Object(
  {
    path: Type.String({ pattern: '^/' }),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    request: Template,
    /** Paths of the response code and, below `at`, of the fields of an answer. */
    answer: Type.Object(
      {
        code: Path,
        at: Type.Optional(Path),
        fields: Fields,
        groups: Type.Optional(Type.Record(Type.String(), Type.Object({ at: Path, fields: Fields }))),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type MappedOperation = Type.Static<typeof Operation>;

const Mapping = Type.Object(
  {
    about: Type.String(),
    format: Type.Enum(['xml', 'json']),
    charset: Type.Enum(['utf-8', 'cp949']),
    contentType: Type.String(),
    dates: Type.Enum(['YYYY-MM-DD', 'YYYYMMDD']),
    times: Type.Enum(['HH:MM:SS.mmm', 'HHMMSSmmm']),
    /** Our words for the core's words, by field: `{"RSP_CD": {"OK": "0000"}}`. A word that is not here stays as it is. */
    words: Type.Record(Type.String(), Type.Record(Type.String(), Type.String())),
    /** Basis and message of a refusal; a field is left out if that core does not have it. */
    refused: Type.Object({ at: Type.Optional(Path), fields: Fields }, { additionalProperties: false }),
    operations: Type.Object(
      {
        [TR_CODES.quote]: Operation,
        [TR_CODES.payout]: Operation,
        [TR_CODES.rehearsal]: Operation,
        [TR_CODES.inquiry]: Operation,
        [TR_CODES.poll]: Operation,
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Mapping = Type.Static<typeof Mapping>;

/** Reads a mapping file. Throws {@link BadInput} with every fault and its place; `mappings/soap-example.json` is a valid file. */
export async function readMapping(file: string | URL): Promise<Mapping> {
  const name = String(file);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new BadInput(name, [cause instanceof Error ? cause.message : 'the file is not readable']);
  }
  if (Value.Check(Mapping, content)) return content;
  const faults = [...Value.Errors(Mapping, content)].map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  );
  throw new BadInput(name, faults);
}
