// The host's own translation of a sentence, which its localisation files hold.

/** @typedef {import("../edit/reply.mjs").ServerMessage} ServerMessage */

/**
 * A sentence in the language that the user set in the host. What is looked up is the template; only then do the values
 * take the places of their {names}.
 * @param {string} template @param {Record<string, unknown>} [values] @returns {string}
 */
export function translate(template, values = {}) {
    const words = typeof getTranslation === "function" ? getTranslation(template) ?? template : template;
    return words.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** What the server says, in that language; so are the messages that stand in it. @param {ServerMessage} message @returns {string} */
export function translateMessage({template, values}) {
    const shown = Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? translateMessage(value) : value]);
    return translate(template, Object.fromEntries(shown));
}
