import { readFile } from 'node:fs/promises';
import Type from 'typebox';
import Value from 'typebox/value';
import { Fault } from '../../fault.ts';
import { TR_CODES } from '../../../telegram/codes.ts';

/** A document with `{FIELD}` where a value goes: objects and texts, attributes begin with `@`. */
type Template = string | Template[] | { [name: string]: Template };
const Template = Type.Unsafe<Template>(Type.Unknown());

const Path = Type.String({ minLength: 1 });
const Fields = Type.Record(Type.String(), Path);

const Operation = Type.Object(
  {
    path: Type.String({ pattern: '^/' }),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    request: Template,
    /** Where an answer keeps its response code, and, below `at`, its fields. */
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
    /** Our words for theirs, by field: `{"RSP_CD": {"OK": "0000"}}`. A word that is not here stays as it is. */
    words: Type.Record(Type.String(), Type.Record(Type.String(), Type.String())),
    /** Basis and message of a refused answer; absent where that core has none. */
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

class MappingWrong extends Fault {
  constructor(file: string, reason: string) {
    super('MAPPING_WRONG', `${file}: ${reason}`, 'compare the file with mappings/soap-example.json');
  }
}

/** Reads a mapping file; what is wrong with it is said by its place. */
export async function readMapping(file: string | URL): Promise<Mapping> {
  const name = String(file);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new MappingWrong(name, cause instanceof Error ? cause.message : 'cannot be read');
  }
  if (Value.Check(Mapping, content)) return content;
  const [first] = Value.Errors(Mapping, content);
  throw new MappingWrong(name, `${first?.instancePath ?? ''} ${first?.message ?? 'is wrong'}`);
}
