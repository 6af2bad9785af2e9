export type TextObject = { type: 'plain_text' | 'mrkdwn'; text: string };

/** A block of Block Kit, which was checked against the schema and is rendered by its type. */
export type Block = {
  type: string;
  text?: TextObject | string;
  fields?: TextObject[];
  elements?: BlockElement[];
  image_url?: string;
  alt_text?: string;
};

export type BlockElement = {
  type: string;
  text?: TextObject | string;
  url?: string;
  image_url?: string;
  alt_text?: string;
};

export type Attachment = { color?: string; text?: string; fallback?: string; blocks?: Block[] };

/** What a sender posts to an incoming webhook. */
export type Payload = { text?: string; blocks?: Block[]; attachments?: Attachment[] };

export type ReceivedMessage = Payload & {
  id: number;
  /** The sink's clock, milliseconds since 1970. */
  receivedAt: number;
};

export type Refusal = { receivedAt: number; status: number; answer: string; because: string };
