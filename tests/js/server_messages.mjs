// What the server says in tests, and a host that translates.

/** A message as the server sends it. @param {string} template @param {Record<string, any>} [values] */
export function messageOf(template, values = {}) {
    const text = template.replace(/\{(\w+)\}/g, (_, name) => values[name].text ?? values[name]);
    return {text, template, values};
}

/** The host has these translations until the test ends. @param {import("node:test").TestContext} t @param {Record<string, string>} table */
export function translations(t, table) {
    globalThis.getTranslation = sentence => table[sentence];
    t.after(() => { delete globalThis.getTranslation; });
}
