// What is wrong in one component's markup: text in one language only, and what the page's policy forbids.
import { parse } from 'svelte/compiler';

/** Attributes whose value people read or hear, of elements and of our own components. */
const READ = new Set(['action', 'alt', 'aria-description', 'aria-label', 'aria-roledescription', 'aria-valuetext', 'hint', 'label', 'placeholder', 'text', 'title']);

/** A single capital is a code that is the same everywhere, as the P of a priority. */
const isText = (text) => /\p{L}/u.test(text) && !/^\s*[A-Z]\s*$/.test(text);

/** [{ line, what }] */
export function markupFaults(source) {
  const faults = [];
  const add = (node, what) => faults.push({ line: source.slice(0, node.start).split('\n').length, what });
  const tree = parse(source, { modern: true });
  visit(tree.fragment, (node) => {
    switch (node.type) {
      case 'Text':
        if (isText(node.data)) add(node, `text outside of the languages: ${node.data.trim()}`);
        break;
      case 'ExpressionTag':
        if (literals(node.expression).some(isText)) add(node, 'text outside of the languages, in an expression');
        break;
      case 'HtmlTag':
        add(node, '{@html}');
        break;
      case 'Attribute':
        attribute(node, add);
        return false;
    }
    return true;
  });
  return faults;
}

function attribute(node, add) {
  const name = node.name.toLowerCase();
  const parts = node.value === true ? [] : [node.value].flat();
  const fixed = parts.filter((part) => part.type === 'Text');
  if (name === 'style') add(node, 'a style attribute; use a class or style:property');
  else if (/^on[a-z]+$/.test(name) && fixed.length > 0) add(node, `${node.name}="…"`);
  else if (name === 'srcdoc') add(node, 'srcdoc');
  else if (/^(href|src|xlink:href)$/.test(name) && fixed.some(({ data }) => /^(javascript|data|https?):|^\/\//.test(data.trim()))) {
    add(node, `${node.name} to another origin or to code`);
  } else if (READ.has(name)) {
    const texts = [...fixed.map(({ data }) => data), ...parts.filter((part) => part.type === 'ExpressionTag').flatMap((part) => literals(part.expression))];
    if (texts.some(isText)) add(node, `text outside of the languages in ${node.name}`);
  }
}

/** Strings that an expression's value can be, as far as it says so. */
function literals(expression) {
  switch (expression?.type) {
    case 'Literal':
      return typeof expression.value === 'string' ? [expression.value] : [];
    case 'TemplateLiteral':
      return [...expression.quasis.map(({ value }) => value.cooked ?? ''), ...expression.expressions.flatMap(literals)];
    case 'ConditionalExpression':
      return [...literals(expression.consequent), ...literals(expression.alternate)];
    case 'LogicalExpression':
      return [...(expression.operator === '&&' ? [] : literals(expression.left)), ...literals(expression.right)];
    case 'BinaryExpression':
      return expression.operator === '+' ? [...literals(expression.left), ...literals(expression.right)] : [];
    default:
      return [];
  }
}

/** Every node of the markup; `look` returns false to stay out of a node. Scripts and sheets are not markup. */
function visit(node, look) {
  if (!node || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const part of node) visit(part, look);
    return;
  }
  if (typeof node.type === 'string' && look(node) === false) return;
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'metadata' && key !== 'parent' && value && typeof value === 'object') visit(value, look);
  }
}
