// The limits of Slack's Block Kit as JSON schema, so that the stand-in refuses each message that Slack refuses.
// Source: docs.slack.dev/reference/block-kit (blocks, block elements, composition objects).

const text = (type: 'plain_text' | 'mrkdwn', maxLength: number) => ({
  type: 'object',
  required: ['type', 'text'],
  additionalProperties: false,
  properties: {
    type: { const: type },
    text: { type: 'string', minLength: 1, maxLength },
    ...(type === 'plain_text' ? { emoji: { type: 'boolean' } } : { verbatim: { type: 'boolean' } }),
  },
});

const oneOfTypes = (...oneOf: object[]) => ({
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf,
});

const anyText = (maxLength: number) => oneOfTypes(text('plain_text', maxLength), text('mrkdwn', maxLength));

const typed = (type: string, required: string[], properties: object) => ({
  required: ['type', ...required],
  additionalProperties: false,
  properties: { type: { const: type }, ...properties },
});

const url = { type: 'string', minLength: 1, maxLength: 3_000, pattern: '^[a-z]+://' };
const actionId = { type: 'string', minLength: 1, maxLength: 255 };

const imageElement = typed('image', ['image_url', 'alt_text'], {
  image_url: url,
  alt_text: { type: 'string', minLength: 1, maxLength: 2_000 },
});

const button = typed('button', ['text'], {
  text: text('plain_text', 75),
  action_id: actionId,
  url,
  value: { type: 'string', maxLength: 2_000 },
  style: { enum: ['primary', 'danger'] },
  accessibility_label: { type: 'string', maxLength: 75 },
  confirm: { type: 'object' },
});

/** Elements that this product does not send; only their types are checked. */
const uncheckedElements = ['overflow', 'static_select', 'users_select', 'datepicker', 'checkboxes'].map(
  (type) => ({
    properties: { type: { const: type } },
  }),
);

const block = (type: string, required: string[], properties: object) =>
  typed(type, required, { block_id: { type: 'string', minLength: 1, maxLength: 255 }, ...properties });

const blocks = {
  header: block('header', ['text'], { text: text('plain_text', 150) }),
  section: {
    ...block('section', [], {
      text: anyText(3_000),
      fields: { type: 'array', minItems: 1, maxItems: 10, items: anyText(2_000) },
      accessory: oneOfTypes(button, imageElement, ...uncheckedElements),
      expand: { type: 'boolean' },
    }),
    anyOf: [{ required: ['text'] }, { required: ['fields'] }],
  },
  divider: block('divider', [], {}),
  context: block('context', ['elements'], {
    elements: {
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: oneOfTypes(text('plain_text', 3_000), text('mrkdwn', 3_000), imageElement),
    },
  }),
  actions: block('actions', ['elements'], {
    elements: { type: 'array', minItems: 1, maxItems: 25, items: oneOfTypes(button, ...uncheckedElements) },
  }),
  image: block('image', ['image_url', 'alt_text'], {
    image_url: url,
    alt_text: { type: 'string', minLength: 1, maxLength: 2_000 },
    title: text('plain_text', 2_000),
  }),
  markdown: block('markdown', ['text'], { text: { type: 'string', minLength: 1, maxLength: 12_000 } }),
  rich_text: block('rich_text', ['elements'], { elements: { type: 'array' } }),
} as const;

/** The blocks of one message: at most 50, each of a known type within its limits. */
export const blocksSchema = {
  type: 'array',
  maxItems: 50,
  items: oneOfTypes(...Object.values(blocks)),
} as const;
