/**
 * Search over all articles of an archive, in the page that holds the form `Search`. The index is
 * files, which `archive/searching.py` writes and describes; a query loads the few that it needs.
 */

import MiniSearch from './minisearch.js';

const BUDGET = 200_000; // octets that a query may load
const RESERVED = 40_000; // of them for the lines of the results
const MOST_TERMS = 8;
const [SHORTEST, LONGEST] = [2, 40]; // characters of a term
const PAGE = 20; // results shown at once
const LONGEST_ADDRESS = 500; // characters of a query in the address

// searching.py writes its ranges and pairs of characters here when it publishes this script.
const [newer, dropped, parting] = ['@NEWER@', '@DROPPED@', '@PARTING@'].map(oneOf);
const equal = new Map('@EQUAL@'.split(' ').map((pair) => pair.split(':')));
const known = new Map(); // what each character met so far is in a term

/** A pattern for one character of ranges in hex. */
function oneOf(ranges) {
    const escaped = ranges.replace(/[0-9a-f]+/g, '\\u{$&}').replaceAll(' ', '');
    return new RegExp(`[${escaped}]`, 'u');
}

function kept(one) {
    if (equal.has(one)) return equal.get(one);
    if (dropped.test(one) || /\p{M}/u.test(one)) return '';
    return /[\p{L}\p{N}]/u.test(one) && !parting.test(one) ? one : ' ';
}

/** The terms of a text in their order, as `terms` of searching.py finds them. */
export function terms(text) {
    const plain = (sign) => [...sign.normalize('NFKD').toLowerCase()].map(kept).join('');
    let made = '';
    for (const sign of text) {
        if (!known.has(sign)) known.set(sign, newer.test(sign) ? ' ' : plain(sign));
        made += known.get(sign);
    }
    const runs = made.split(' ').map((run) => [...run]);
    const long = runs.filter((signs) => signs.length >= SHORTEST);
    return long.map((signs) => signs.slice(0, LONGEST).join(''));
}

/** The files of an index, each loaded once, unless that failed. */
class Store {
    /** @param {string} address of the pointer file */
    constructor(address) {
        this.address = new URL(address, document.baseURI);
        this.loaded = new Map();
    }

    /** The pointer file as `value`, and its `size` in octets. */
    pointer() {
        return this.load(this.address, 'no-cache');
    }

    /** The values of shards: a kind and hashes, as the pointer lists them. */
    async shards(kind, hashes) {
        const names = hashes.map((hash) => new URL(`${kind}-${hash}.json`, this.address));
        const files = await Promise.all(names.map((name) => this.load(name, 'default')));
        return files.map((file) => file.value);
    }

    load({ href }, cache) {
        if (!this.loaded.has(href)) this.loaded.set(href, loadJson(href, cache));
        return this.loaded.get(href);
    }
}

async function loadJson(address, cache) {
    const response = await fetch(address, { cache, mode: 'same-origin' });
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    const octets = await response.arrayBuffer();
    return { value: JSON.parse(new TextDecoder().decode(octets)), size: octets.byteLength };
}

/**
 * The numbers of the articles that a query finds, the best first; which of its terms are too
 * common; and how many octets are left for the lines.
 * @returns {Promise<{numbers: number[], common: string[], room: number}>}
 */
async function find(store, query) {
    const { value: pointer, size } = await store.pointer();
    const asked = [...new Set(terms(query))].slice(0, MOST_TERMS);
    const common = asked.filter((term) => pointer.common.includes(term));
    const rare = asked.filter((term) => !common.includes(term));
    const last = asked[asked.length - 1] ?? '';
    const stem = rare.includes(last) && last.length >= 3 ? last : '';
    const plan = choose(pointer.terms, rare.length ? rare : asked, stem, BUDGET - RESERVED - size);
    const room = BUDGET - size - plan.size;
    if (!plan.sought.length) return { numbers: [], common, room };
    const engine = assembled(pointer, await store.shards('terms', plan.hashes));
    const options = {
        prefix: (term) => term === stem,
        fuzzy: (term) => rare.length > 0 && /^\p{L}{5,}$/u.test(term) && 0.2,
        weights: { fuzzy: 0.1, prefix: 0.2 }, // in a title, less than the word itself in a text
        bm25: { k: 1.2, b: 0, d: 0.5 },
    };
    const words = plan.sought.join(' ');
    let found = engine.search(words, { ...options, combineWith: 'AND' });
    if (!found.length) found = engine.search(words, { ...options, combineWith: 'OR' });
    found.sort((one, other) => other.score - one.score || one.id - other.id);
    return { numbers: found.map((one) => one.id), common, room };
}

/**
 * The shards to load: those of the terms, then those of longer terms that begin like the stem.
 * What does not fit into the room is left out, but for the first.
 */
function choose(directory, words, stem, room) {
    const chosen = new Set();
    let size = 0;
    const placeOf = (term) => directory.findLastIndex(([first]) => first <= term);
    const fits = (place) => {
        if (place < 0 || chosen.has(place)) return true;
        const octets = directory[place][2];
        if (chosen.size && size + octets > room) return false;
        chosen.add(place);
        size += octets;
        return true;
    };
    const sought = words.filter((word) => fits(placeOf(word)));
    let next = stem ? placeOf(stem) + 1 : directory.length;
    while (directory[next]?.[0].startsWith(stem) && fits(next)) next += 1;
    return { sought, hashes: [...chosen].map((place) => directory[place][1]), size };
}

/** MiniSearch with the terms of some shards, as if they were all that the archive has. */
function assembled(pointer, shards) {
    const names = pointer.fields.map(([name]) => name);
    const even = names.map(() => 1); // lengths do not count
    const [documentIds, fieldLength, index] = [{}, {}, []];
    for (const shard of shards)
        for (let place = 0; place < shard.length; place += 2) {
            const fields = shard[place + 1].split(' ').map(postings);
            for (const number of fields.flatMap(Object.keys)) {
                documentIds[number] = Number(number);
                fieldLength[number] = even;
            }
            index.push([shard[place], Object.fromEntries(Object.entries(fields))]);
        }
    const serialised = {
        documentCount: pointer.articles, nextId: pointer.articles, documentIds, fieldLength, index,
        fieldIds: Object.fromEntries(names.map((name, place) => [name, place])),
        averageFieldLength: even, storedFields: {}, serializationVersion: 2,
    };
    return MiniSearch.loadJS(serialised, {
        fields: names,
        tokenize: (text) => text.split(' '),
        processTerm: (term) => term,
        searchOptions: { boost: Object.fromEntries(pointer.fields) },
    });
}

/** How often a term stands in each article, by their numbers: `encoded` of searching.py tells. */
function postings(code) {
    const counts = {};
    let place = 0;
    const next = () => {
        let [value, weight] = [0, 1];
        for (;;) {
            const sign = code.charCodeAt(place);
            place += 1;
            if (sign >= 93) return value + (sign - 93) * weight;
            value += (sign - 35 + 34) * weight;
            weight *= 57;
        }
    };
    for (let number = -1; place < code.length; ) {
        const value = next();
        number += 1 + Math.floor(value / 2);
        counts[number] = value % 2 ? next() + 2 : 1;
    }
    return counts;
}

/** The lines of the first articles: as many as are shown at once and the room allows, or one. */
async function lines(store, numbers, room, root) {
    const { each, files } = (await store.pointer()).value.documents;
    const shardOf = (number) => Math.floor(number / each);
    const wanted = new Set();
    const shown = [];
    let size = 0;
    for (const number of numbers.slice(0, PAGE)) {
        if (!wanted.has(shardOf(number))) size += files[shardOf(number)][1];
        if (shown.length && size > room) break;
        wanted.add(shardOf(number));
        shown.push(number);
    }
    const places = [...wanted];
    const shards = await store.shards('articles', places.map((place) => files[place][0]));
    return shown.map((number) => {
        const { issues, articles } = shards[places.indexOf(shardOf(number))];
        const [issue, title, address, authors, summary] = articles[number % each];
        const [line, , language] = issues[issue];
        const item = document.createElement('li');
        const link = element('a', title, language);
        link.href = root + address;
        link.lang = language;
        const told = [authors.join(', '), line].filter(Boolean).join(' · ');
        item.append(link, ' ', element('p', told, language, 'search-line'));
        if (summary) item.append(element('p', summary, language, 'search-summary'));
        return item;
    });
}

/** An element with a text; one in another language than the page's says so. */
function element(name, text, language, kind) {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    const foreign = language !== document.documentElement.lang;
    if (foreign) Object.assign(made, { lang: language, dir: 'auto' });
    return made;
}

/** The words of a query that have one of those terms, as they were typed. */
function typed(query, among) {
    const has = (word) => terms(word).some((term) => among.includes(term));
    const words = new Set(query.split(/\s+/).filter(has));
    return [...words].slice(0, MOST_TERMS).map((word) => word.slice(0, LONGEST));
}

/** Make the form search, for what the address asks and for what is asked in it. */
function start(form) {
    const { index, root, none, one, many, common, failed, more } = form.dataset;
    const byName = (name) => document.getElementById(`Search-${name}`);
    const [field, status, results] = ['words', 'status', 'results'].map(byName);
    const button = element('button', more, document.documentElement.lang, 'search-more');
    Object.assign(button, { type: 'button', hidden: true });
    results.after(button);
    let store = new Store(index);
    let [current, rest, turn] = ['', [], 0];

    /** Do some work, unless other work was begun meanwhile; say so if a file cannot be had. */
    const attempt = async (work) => {
        turn += 1;
        const mine = turn;
        try {
            await work(() => mine === turn);
        } catch (error) {
            if (mine !== turn) return;
            console.error(error);
            store = new Store(index); // the archive may have been published anew
            button.hidden = true;
            status.textContent = failed;
        }
    };
    const show = async (numbers, room, isLatest) => {
        const made = numbers.length ? await lines(store, numbers, room, root) : [];
        if (!isLatest()) return undefined;
        results.append(...made);
        rest = numbers.slice(made.length);
        button.hidden = !rest.length;
        return made;
    };
    const search = (query) => attempt(async (isLatest) => {
        current = query;
        button.hidden = true;
        results.replaceChildren();
        status.textContent = '';
        if (!query.trim()) return;
        const findings = await find(store, query);
        const shown = await show(findings.numbers, findings.room, isLatest);
        if (!shown) return;
        const count = findings.numbers.length;
        const said = [count > 1 ? many.replace('{count}', count) : count ? one : none];
        if (findings.common.length) {
            const words = typed(query, findings.common).join(', ');
            said.push(common.replace('{words}', () => words));
        }
        status.textContent = said.join(' · ');
    });
    const searchAddress = () => {
        const query = new URLSearchParams(location.search).get('q') ?? '';
        if (query === current) return;
        field.value = query;
        search(query);
    };

    form.addEventListener('submit', (event) => {
        event.preventDefault();
        const address = new URL(location.href);
        address.searchParams.set('q', field.value.slice(0, LONGEST_ADDRESS));
        if (address.href !== location.href) history.pushState(null, '', address);
        search(field.value);
    });
    button.addEventListener('click', () => attempt(async (isLatest) => {
        const made = await show(rest, BUDGET, isLatest);
        made?.[0].querySelector('a').focus(); // where reading goes on
    }));
    addEventListener('popstate', searchAddress);
    searchAddress();
}

const form = document.getElementById('Search');
if (form) start(form);
