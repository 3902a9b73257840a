// Has veraPDF judge the files 0.pdf, 1.pdf and so on of the working directory.
//
//     verapdf.js REPORT COUNT [FLAVOUR]...
//
// Each file is judged for the flavours, such as 2a and ua1, or without any for all that its own
// metadata claims. REPORT becomes a JSON array with an object for each file: {"error": "..."}, or
// {"verdicts": [{"flavour", "end", "rules", "failures": [{"rule", "message", "place", "count"}]}]}.
//
// The Rhino that veraPDF brings for its rules runs this, so nothing is compiled. What veraPDF reads
// its rules with needs JAXB, which Java no longer has and the jar lacks; so they are read here.

const vera = Packages.org.verapdf;
const Foundries = vera.pdfa.Foundries;
const Flavour = vera.pdfa.flavours.PDFAFlavour;
const Profiles = vera.pdfa.validation.profiles.Profiles;
const Argument = vera.pdfa.validation.profiles.ErrorArgumentImpl;
const FOLDER = '/org/verapdf/pdfa/validation/';
const SHOWN = 1; // failures of one rule that are told, besides their number

const profiles = {};

function children(element, name) {
    const found = [];
    for (let node = element.getFirstChild(); node !== null; node = node.getNextSibling())
        if (node.getNodeName() == name) found.push(node);
    return found;
}

function text(element, name) {
    return String(children(element, name)[0].getTextContent());
}

function argument(element) {
    return Argument.fromValues(
        element.getTextContent(),
        element.hasAttribute('name') ? element.getAttribute('name') : null,
        null
    );
}

function rule(element, specification) {
    const id = children(element, 'id')[0];
    const error = children(element, 'error')[0];
    const deferred = element.hasAttribute('deferred') ? element.getAttribute('deferred') : 'false';
    const wanted = children(children(error, 'arguments')[0], 'argument').map(argument);
    const number = java.lang.Integer.parseInt(id.getAttribute('testNumber'));
    return Profiles.ruleFromValues(
        Profiles.ruleIdFromValues(specification, id.getAttribute('clause'), number),
        element.getAttribute('object'),
        java.lang.Boolean.valueOf(deferred),
        element.getAttribute('tags'),
        text(element, 'description'),
        text(element, 'test'),
        Profiles.errorFromValues(text(error, 'message'), java.util.Arrays.asList(wanted)),
        java.util.Collections.emptyList()
    );
}

function variable(element) {
    return Profiles.variableFromValues(
        element.getAttribute('name'),
        element.getAttribute('object'),
        text(element, 'defaultValue'),
        text(element, 'value')
    );
}

function read(flavour) {
    const name = String(flavour.name()).replace('_', '-').replace(/_/g, '');
    const stream = Foundries.defaultInstance().getClass().getResourceAsStream(`${FOLDER}${name}.xml`);
    if (stream === null) throw new Error(`there are no rules for ${flavour.getId()}`);
    const builder = javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder();
    const root = builder.parse(stream).getDocumentElement();
    stream.close();
    const rules = new java.util.LinkedHashSet();
    const variables = new java.util.LinkedHashSet();
    children(children(root, 'rules')[0], 'rule')
        .forEach(one => rules.add(rule(one, flavour.getPart())));
    children(children(root, 'variables')[0], 'variable')
        .forEach(one => variables.add(variable(one)));
    const details = Profiles.profileDetailsFromValues(name, name, name, new java.util.Date(0));
    return Profiles.profileFromValues(flavour, details, '', rules, variables);
}

function open(path, flavour) {
    const file = new java.io.File(path);
    const foundry = Foundries.defaultInstance();
    return flavour ? foundry.createParser(file, flavour) : foundry.createParser(file);
}

function claims(path) {
    const parser = open(path);
    const found = parser.getFlavours().toArray().filter(one => one !== Flavour.NO_FLAVOUR);
    parser.close();
    return found;
}

function verdict(path, flavour) {
    const id = String(flavour.getId());
    profiles[id] = profiles[id] || read(flavour);
    const parser = open(path, flavour);
    const validator = Foundries.defaultInstance()
        .createValidator(profiles[id], SHOWN, false, true, false);
    const result = validator.validate(parser);
    const counts = result.getFailedChecks();
    const failures = result.getTestAssertions().toArray().map(one => ({
        rule: `${one.getRuleId().getClause()}-${one.getRuleId().getTestNumber()}`,
        message: String(one.getErrorMessage() || one.getMessage()),
        place: String(one.getLocation().getContext()),
        count: Number(counts.get(one.getRuleId())),
    }));
    validator.close();
    parser.close();
    return {
        flavour: id,
        end: String(result.getJobEndStatus()),
        rules: profiles[id].getRules().size(),
        failures: failures,
    };
}

function judged(path, flavours) {
    try {
        return {verdicts: (flavours.length ? flavours : claims(path)).map(one => verdict(path, one))};
    } catch (error) {
        let cause = error.javaException || error;
        while (error.javaException && cause.getCause() !== null) cause = cause.getCause();
        return {error: String(cause.message)};
    }
}

function main(report, count, names) {
    java.util.logging.Logger.getLogger('').setLevel(java.util.logging.Level.SEVERE);
    vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
    const flavours = names.map(name => Flavour.byFlavourId(name));
    const found = [];
    for (let number = 0; number < count; number++) found.push(judged(`${number}.pdf`, flavours));
    const bytes = new java.lang.String(JSON.stringify(found)).getBytes('UTF-8');
    java.nio.file.Files.write(java.nio.file.Paths.get(report), bytes);
}

main(arguments[0], Number(arguments[1]), Array.prototype.slice.call(arguments, 2));
