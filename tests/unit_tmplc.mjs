// The view compiler: what it must refuse, with its messages, and what accepted views print.
//   node tests/unit_tmplc.mjs        B=build/plain CC=gcc
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const { B = 'build/plain', CC = 'gcc' } = process.env;
const tmplc = resolve(B, 'tmplc');
const lib = resolve('lib');
const dir = mkdtempSync(join(tmpdir(), 'views-'));
let checks = 0, failed = 0;

function check(what, got, want) {
    checks++;
    if (got === want) return;
    failed++;
    console.log(`  ${what}\n    got  ${JSON.stringify(got)}\n    want ${JSON.stringify(want)}`);
}

const save = (name, text) => writeFileSync(join(dir, name), text);
const run = (program, ...args) => spawnSync(program, args, { cwd: dir, encoding: 'utf8' });
const compile = (name) => run(tmplc, '-a', 'manifest', '-m', '', name);
const view = (text) => `{{model struct model in model.h}}\n${text}`;

// Refused: file, what follows the model line, line of the error, its text.
const nested = (n, begin, end) => begin.repeat(n) + end.repeat(n);
const refused = [
    // where no escaping is safe
    ['a.html', '<p\ntitle={{s}}>', 3, 'no value may stand in an attribute without quotes'],
    ['a.html', '<p title=x>', 2, 'the value of title needs quotes'],
    ['a.html', '<{{s}}>', 2, 'write &lt; for a < that begins no tag'],
    ['a.html', '<h{{i}}>', 2, 'no value may stand in the name of a tag'],
    ['a.html', '<p {{s}}="x">', 2, 'no value may stand in a tag'],
    ['a.html', '<p data-{{s}}="x">', 2, 'no value may stand in the name of an attribute'],
    ['a.html', '<p title="x"{{s}}>', 2, 'no value may stand in a tag right after a word'],
    ['a.html', '</p {{s}}>', 2, 'no value may stand in a tag'],
    ['a.html', '<!-- {{s}} -->', 2, 'a comment would be sent to everybody: write {{! ... }}'],
    ['a.html', '<!doctype {{s}}>', 2, 'no value may stand in a tag'],
    ['a.html', '<![CDATA[ {{s}} ]]>', 2, 'write &lt; for a < that begins no tag'],
    ['a.html', '<!element x>', 2, '<!element> is not a tag'],
    ['a.html', '<img srcset="{{s}} 2x">', 2, 'no value may stand in attribute srcset'],
    ['a.html', '<a ping="{{s}}">', 2, 'no value may stand in attribute ping'],
    ['a.html', '<meta http-equiv="refresh" content="5; {{s}}">', 2, 'no value may stand in attribute content'],
    ['a.html', '<meta http-equiv="{{s}}">', 2, 'no value may stand in attribute http-equiv'],
    ['a.html', '<meta content="{{s}}" http-equiv="refresh">', 2, 'http-equiv has to be the first attribute of its tag'],
    ['a.html', '<meta {{#if yes}}content="{{s}}"{{/if}} http-equiv="refresh">', 2, 'http-equiv has to be the first attribute of its tag'],
    ['a.html', '<meta {{#if yes}}http-equiv="refresh"{{/if}} content="{{s}}">', 2, 'no value may stand in attribute content'],
    ['a.html', '<script src="{{s}}"></script>', 2, 'no value may stand in attribute src of a script: use {{asset NAME}}'],
    ['a.html', '<title>a <b>{{s}}</b></title>', 2, 'only text and </title> may follow <title>'],
    ['a.html', '<textarea></textareas>', 2, 'only text and </textarea> may follow <textarea>'],
    // addresses
    ['a.html', '<a href="javascript:{{s}}">', 2, '"javascript:" before a value: an address begins with / or https://host/'],
    ['a.html', '<a href="{{#if yes}}javascript:{{/if}}{{s}}">', 2, 'the beginning of this address depends on an #if: print whole addresses in its arms'],
    ['a.html', '<a href="{{#if yes}}{{url}}{{/if}}{{s}}">', 2, 'the beginning of this address depends on an #if: print whole addresses in its arms'],
    ['a.html', '<a href="//{{s}}">', 2, '"//" before a value: an address begins with / or https://host/'],
    ['a.html', '<a href="/\\{{s}}">', 2, '"/\\" before a value: an address begins with / or https://host/'],
    ['a.html', '<a href="https://{{s}}/">', 2, '"https://" before a value: an address begins with / or https://host/'],
    ['a.html', '<a href="https://x.example{{s}}">', 2, '"https://x.example" before a value: an address begins with / or https://host/'],
    ['a.html', '<a href="https://x@{{s}}">', 2, '"https://x@" before a value: an address begins with / or https://host/'],
    ['a.html', '<a href="mailto: {{s}}">', 2, '"mailto: " before a value: an address begins with / or https://host/'],
    ['a.html', '<img src="data:{{s}}">', 2, '"data:" before a value: an address begins with / or https://host/'],
    ['a.html', '<a href=" {{s}}">', 2, '" " before a value: an address begins with / or https://host/'],
    ['a.html', '<a href="{{#each v in items}}{{v.name}}{{/each}}">', 2, 'an address may not begin in an #each'],
    // things that the content security policy forbids anyway, and obsolete elements
    ['a.html', '<p onclick="x()">', 2, 'attribute onclick: our content security policy forbids it'],
    ['a.html', '<p ONCLICK>', 2, 'attribute onclick: our content security policy forbids it'],
    ['a.html', '<p onclick="{{s}}">', 2, 'attribute onclick: our content security policy forbids it'],
    ['a.html', '<p style="color:{{s}}">', 2, 'attribute style: our content security policy forbids it'],
    ['a.html', '<p {{#if yes}}style{{/if}}>', 2, 'attribute style: our content security policy forbids it'],
    ['a.html', '<iframe srcdoc="{{s}}">', 2, 'attribute srcdoc may not be used'],
    ['a.html', '<style>{{s}}</style>', 2, '<style> may not be used'],
    ['a.html', '<BASE href="/">', 2, '<base> may not be used'],
    ['a.html', '<plaintext>', 2, '<plaintext> may not be used'],
    ['a.html', '<style/>', 2, '<style> may not be used'],
    ['a.html', '<script>x()</script>', 2, '<script> has to be empty: our content security policy forbids code in pages'],
    ['a.html', '<script>{{s}}</script>', 2, 'no value may stand in a script or frame'],
    ['a.html', '<script>{{>b}}</script>', 2, 'no view may stand in a script or frame'],
    ['a.html', '<script><b>', 2, 'only text and </script> may follow <script>'],
    // tags
    ['a.html', '1 < 2', 2, 'write &lt; for a < that begins no tag'],
    ['a.html', '<p class="x"id="y">', 2, 'a i may not follow here in <p>'],
    ['a.html', '<p a"b>', 2, 'a " may not follow here in <p>'],
    ['a.html', '<p a = "b">', 2, 'a = may not follow here in <p>'],
    ['a.html', '</p class="x">', 2, 'a closing tag has no attributes'],
    ['a.html', '<p {{#if yes}}hre{{/if}}f="{{s}}">', 2, 'a f may not follow here in <p>'],
    ['a.html', '<p class="x"', 2, 'the view ends in a tag right after a word (<p>)'],
    ['a.html', '<p class="x', 2, 'the view ends in the value of an attribute (<p class>)'],
    ['a.html', '<title>x', 2, 'the view ends in a title or text area (<title>)'],
    [`a.html`, `<${'x'.repeat(64)}>`, 2, `"${'x'.repeat(63)}..." is longer than 63 characters`],
    // forms
    ['a.html', '<form method="post">\n<p></p>\n</form>', 4, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '<form METHOD="Post" enctype="multipart/form-data"></form>', 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', "<form {{#if yes}}method='post'{{/if}}></form>", 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '<form method="post">{{>b}}</form>', 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '<form method="post">{{#if yes}}{{>csrf}}{{/if}}</form>', 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '<form method="post">{{#each v in items}}{{>csrf}}{{/each}}</form>', 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '<form method="post"><input name="{{#if yes}}csrf{{/if}}"></form>', 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '<form method="post"><b name="csrf"></b></form>', 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '{{>csrf}}<form method="post"></form>', 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '<form><button formmethod="post">x</button></form>', 2, 'this form posts and has no field named csrf: add {{>csrf ...}}'],
    ['a.html', '<button formmethod="post">', 2, 'formmethod outside of a form'],
    ['a.html', '<form method="{{s}}">', 2, 'no value may stand in attribute method'],
    ['a.html', '<form method="{{#if yes}}post{{else}}get{{/if}}">', 2, 'attribute method has to be plain text'],
    ['a.html', '<form><form>', 2, 'a form inside a form'],
    ['a.html', '</form>', 2, '</form> without a form in this view'],
    ['a.html', '<form method="post">{{>csrf}}', 2, 'the view ends in text (a form)'],
    // blocks
    ['a.html', '{{#if yes}}', 2, 'this block is not closed'],
    ['a.html', '{{#if yes}}\n{{#each v in items}}\n{{/each}}', 2, 'this block is not closed'],
    ['a.html', '{{/if}}', 2, '{{/if}} closes nothing'],
    ['a.html', '{{#if yes}}{{/each}}', 2, '{{/each}} closes nothing'],
    ['a.html', '{{else}}', 2, '{{else}} without an #if that it belongs to'],
    ['a.html', '{{#each v in items}}{{else}}{{/each}}', 2, '{{else}} without an #if that it belongs to'],
    ['a.html', '{{#if yes}}{{else}}{{else}}{{/if}}', 2, '{{else}} without an #if that it belongs to'],
    ['a.html', '{{#if yes}}<p title="\n{{/if}}">', 3, 'the block on line 2 ends in text in one case and in the value of an attribute (<p title>) in the other'],
    ['a.html', '{{#if yes}}<p>{{else}}<p {{/if}}>', 2, 'the block on line 2 ends in text in one case and in a tag (<p>) in the other'],
    ['a.html', '<p {{#if yes}}title="{{else}}href="{{/if}}{{s}}">', 2, 'the block on line 2 ends in the value of an attribute (<p title>) in one case and in the value of an attribute (<p href>) in the other'],
    ['a.html', '{{#if yes}}<form>{{/if}}', 2, 'the block on line 2 ends in text in one case and in text (a form) in the other'],
    ['a.html', '<p {{#each v in items}}title="{{/each}}', 2, 'the #each on line 2 begins in a tag (<p>) and ends in the value of an attribute (<p title>)'],
    ['a.html', '<p {{#each v in items}}hidden{{/each}}>', 2, 'the #each on line 2 begins in a tag (<p>) and ends in a tag right after a word (<p>)'],
    ['a.html', '{{#each v in items}}{{#each v in items}}', 2, 'v is the variable of an #each around this one'],
    ['a.html', nested(17, '{{#if yes}}', '{{/if}}'), 2, 'blocks nested more than 16 deep'],
    // directives
    ['a.html', '{{#unless s}}', 2, 'unknown directive {{#unless ...}}'],
    ['a.html', '{{&s}}', 2, 'unknown directive {{&s}}'],
    ['a.html', '{{s t}}', 2, 'unknown directive {{s ...}}'],
    ['a.html', '{{}}', 2, 'unknown directive {{}}'],
    ['a.html', '{{ s', 2, '{{ without }}'],
    ['a.html', '{{! s', 2, '{{ without }}'],
    ['a.html', '{{s-t}}', 2, '"s-t" is not a field'],
    ['a.html', '{{s()}}', 2, '"s()" is not a field'],
    ['a.html', '{{s..t}}', 2, '"s..t" is not a field'],
    ['a.html', '{{.}}', 2, '"." is not a field'],
    ['a.html', '{{s.}}', 2, '"s." is not a field'],
    ['a.html', '{{1s}}', 2, '"1s" is not a field'],
    ['a.html', '{{s[0]}}', 2, '"s[0]" is not a field'],
    ['a.html', '{{s | a-b}}', 2, '"a-b" is not a filter'],
    ['a.html', '{{s | a 3}}', 2, '"3" is not a field'],
    ['a.html', '{{s | a b c d}}', 2, 'more than 5 words in {{s ...}}'],
    ['a.html', '{{#each items}}', 2, 'write {{#each name in list}}'],
    ['a.html', '{{#each v of items}}', 2, 'write {{#each name in list}}'],
    ['a.html', '{{#each 1 in items}}', 2, 'write {{#each name in list}}'],
    ['a.html', '{{#if}}', 2, 'write {{#if [not] field [== literal]}}'],
    ['a.html', '{{#if i ==}}', 2, 'write {{#if [not] field [== literal]}}'],
    ['a.html', '{{#if i is 3}}', 2, 'write {{#if [not] field [== literal]}}'],
    ['a.html', '{{#if yes no}}', 2, 'write {{#if [not] field [== literal]}}'],
    ['a.html', '{{#if s == t}}', 2, 't is not a literal: "text", 12 or CONSTANT'],
    ['a.html', '{{#if s == "??/"}}', 2, '"??/" is not a literal: "text", 12 or CONSTANT'],
    ['a.html', '{{#if s == "t}}', 2, 'a text has to end with a quote'],
    ['a.html', '{{asset none.js}}', 2, 'manifest has no asset none.js'],
    ['a.html', '{{asset}}', 2, 'write {{asset name}}'],
    ['a.html', '{{asset play}}', 2, 'manifest has no asset play'],
    ['a.html', '{{asset odd.js}}', 2, 'manifest: asset odd.js has an unusual path'],
    ['a.html', `{{! ok }}{{${'x'.repeat(400)}}}`, 2, 'a directive longer than 399 characters'],
    ['a.html', '{{>no_model s}}', 2, 'no_model.html does not begin with {{model struct NAME in NAME.h}}'],
    ['a.html', '{{>none s}}', 2, 'cannot read none.html: No such file or directory'],
    ['a.html', '<p title="{{>csrf}}">', 2, 'no view may stand in the value of an attribute'],
    ['a.html', '<p {{>csrf}}>', 2, 'no view may stand in a tag'],
    ['a.html', '<title>{{>csrf}}</title>', 2, 'no view may stand in a title or text area'],
    ['a.html', '{{>}}', 2, 'write {{>view field}}'],
    ['a.html', '{{>b s t}}', 2, 'write {{>view field}}'],
    ['a.html', '{{>../csrf}}', 2, 'write {{>view field}}'],
    // JSON
    ['a.json', '{"a": "{{s}}"}', 2, 'no value may stand in a string'],
    ['a.json', '{ {{s}}: 1}', 2, 'no value may stand in the place of a key'],
    ['a.json', '{"a" {{s}}}', 2, 'no value may stand in the place of a colon'],
    ['a.json', '{"a"; 1}', 2, 'a colon has to come here, not ;'],
    ['a.json', '{"a": 1{{i}}}', 2, 'no value may stand in a number or word'],
    ['a.json', '{"a": 1 {{i}}}', 2, 'no value may stand in the place of a comma'],
    ['a.json', '{"a": 1,}', 2, 'a key has to come here, not }'],
    ['a.json', '[1,]', 2, 'a value has to come here, not ]'],
    ['a.json', '[1}', 2, 'a } that closes nothing'],
    ['a.json', '[1', 2, 'the view ends in the place of a comma ([)'],
    ['a.json', '"x', 2, 'the view ends in a string'],
    ['a.json', '', 2, 'the view ends in the place of a value'],
    ['a.json', '1, 2', 2, 'a , may not follow here'],
    ['a.json', '["x\n"]', 2, 'a string ends on the line where it begins'],
    ['a.json', '["\\x"]', 2, '\\x in a string: write the character itself'],
    ['a.json', '[01]', 2, '01 is not a JSON value'],
    ['a.json', '[nil]', 2, 'nil is not a JSON value'],
    ['a.json', '{"a": {{#if yes}}1{{/if}}}', 2, 'the block on line 2 ends in the place of a value ({) in one case and in the place of a comma ({) in the other'],
    ['a.json', '{{{#if yes}}"a": 1{{/if}}}', 2, 'the block on line 2 ends in the place of a key ({) in one case and in the place of a comma ({) in the other'],
    ['a.json', '[{{#each v in items}}{{#if v.n}}1{{/if}}{{/each}}]', 2, 'the block on line 2 ends in the place of a value ([) in one case and in the place of a comma ([) in the other'],
    ['a.json', '{{{#each v in items}}"a": 1{{/each}}}', 2, 'an #each has to fill a list: [{{#each ...}}...{{/each}}]'],
    ['a.json', '[{{#each v in items}}{{/each}}]', 2, 'the #each on line 2 begins in the place of a value ([) and ends in the place of a value ([)'],
    ['a.json', '[{{#each v in items}}1, 2,{{/each}}]', 2, 'the #each on line 2 begins in the place of a value ([) and ends in the place of a value ([)'],
    ['a.json', '[{{#each v in items}}1{{/each}}, 2]', 2, 'a , may not follow here'],
    ['a.json', nested(32, '[', ']'), 2, `"${'['.repeat(31)}..." is longer than 31 characters`],
    ['a.json', '[{{>none s}}]', 2, 'cannot read none.json: No such file or directory'],
    // XML
    ['a.xml', '<a>{{s}}', 2, 'the view ends in text (/a)'],
    ['a.xml', '<a><b></a></b>', 2, '</a> ends no element that is open (/a/b)'],
    ['a.xml', '<aB></ab>', 2, '</ab> ends no element that is open (/aB)'],
    ['a.xml', '<a></a></a>', 2, '</a> ends no element that is open ()'],
    ['a.xml', '<a>{{#if yes}}<b>{{/if}}</b></a>', 2, 'the block on line 2 ends in text (/a) in one case and in text (/a/b) in the other'],
    ['a.xml', '<a>{{#each v in items}}<b>{{/each}}</a>', 2, 'the block on line 2 ends in text (/a) in one case and in text (/a/b) in the other'],
    ['a.xml', '{{#if yes}}<a>{{else}}<b>{{/if}}</a>', 2, 'the block on line 2 ends in text (/a) in one case and in text (/b) in the other'],
    ['a.xml', '<a{{#if yes}}/{{/if}}></a>', 2, 'the block on line 2 ends in a tag right after a word (<a>) in one case and in a tag (<a>) in the other'],
    ['a.xml', '<a/ b="">', 2, 'a   may not follow here in <a>'],
    ['a.xml', '<a/b="">', 2, 'a b may not follow here in <a>'],
    ['a.xml', '<a b/>', 2, 'attribute b needs a value'],
    ['a.xml', '<a b=c/>', 2, 'the value of b needs quotes'],
    ['a.xml', '<a b="<"/>', 2, 'write &lt; for a < here'],
    ['a.xml', '<a b="&nbsp;"/>', 2, 'write &amp; for an & in XML'],
    ['a.xml', '<a>&nbsp;</a>', 2, 'write &amp; for an & in XML'],
    ['a.xml', '<a>x]]></a>', 2, 'write &gt; for a > here'],
    ['a.xml', '<a><![CDATA[{{s}}]]></a>', 2, 'only elements and text may stand in XML'],
    ['a.xml', '<?xml version="1.0"?><a/>', 2, 'only elements and text may stand in XML'],
    ['a.xml', '<!doctype a><a/>', 2, 'only elements and text may stand in XML'],
    ['a.xml', '<a><!-- {{s}} --></a>', 2, 'a comment would be sent to everybody: write {{! ... }}'],
    ['a.xml', '<a>1 < 2</a>', 2, 'only elements and text may stand in XML'],
    ['a.xml', '<{{s}}/>', 2, 'only elements and text may stand in XML'],
    ['a.xml', '<a {{s}}="1"/>', 2, 'no value may stand in a tag'],
    ['a.xml', '<a url="//{{s}}"/>', 2, '"//" before a value: an address begins with / or https://host/'],
    ['a.xml', '<a>{{>csrf}}</a>', 2, 'cannot read csrf.xml: No such file or directory'],
    // plain text
    ['a.txt', 'Subject', 2, 'the view ends in the subject'],
    ['a.txt', '{{#if yes}}a\n{{/if}}b\n', 3, 'the block on line 2 ends in the subject in one case and in the text in the other'],
    ['a.txt', '{{>item one}}\n', 2, 'no view may stand in the subject'],
    ['a.txt', 'a\n{{#each v in items}}\n', 3, 'this block is not closed'],
    ['a.xml', nested(100, '<aaa>', '</aaa>'), 2, `"${'/aaa'.repeat(63)}/aa..." is longer than 255 characters`],
];

const model = `
#include "base/fmt.h"
#include "base/words.h"
#include "web/html.h"
enum kind { KIND_A, KIND_B };
enum other { OTHER_A, OTHER_B };
WORDS_OF(kind);
WORDS_OF(other);
struct item { const char *name; int64_t n; };
struct items { struct item *items; size_t n; };
struct names { const char **items; size_t n; };
struct model {
    const char *s, *url, *bad, *path, *empty, *broken;
    char array[8];
    bool yes, no;
    int64_t big, ms, price;
    uint64_t u;
    int i;
    enum kind kind;
    struct html html, no_html;
    struct item one;
    struct items items, none;
    struct names names;
};
`;

// Accepted: file, what follows the model line, what is printed.
const accepted = [
    // the place decides
    ['text.html', '{{s}}', `&lt;a href=&#39;/&#39; x=&quot;&amp;&quot;&gt;é `],
    ['attr.html', `<p title="{{s}}" lang='{{s}}'>`, `<p title="&lt;a href=&#39;/&#39; x=&quot;&amp;&quot;&gt;é " lang='&lt;a href=&#39;/&#39; x=&quot;&amp;&quot;&gt;é '>`],
    ['url.html', '<a href="{{url}}"><img src="{{bad}}"><q cite="{{path}}?a={{s}}">', '<a href="https://x.example/?a=1&amp;b=2"><img src="#blocked"><q cite="/p/1.jpg?a=%3Ca%20href%3D%27%2F%27%20x%3D%22%26%22%3E%C3%A9%20">'],
    ['part.html', '<a href="/watch/{{one.name}}/{{big}}?q={{bad}}#{{i}}"><a href="https://x.example:1/{{one.name}}">', '<a href="/watch/%3Cone%3E/-9000000000?q=javascript%3Aalert%281%29#-1"><a href="https://x.example:1/%3Cone%3E">'],
    ['slash.html', '<a href="/{{path}}">', '<a href="/%2Fp%2F1.jpg">'],
    ['arms.html', '<a href="{{#if yes}}{{url}}{{else}}/x{{/if}}?q={{i}}"><a href="{{#if yes}}/x{{else}}{{url}}{{/if}}?q={{s}}"><a href="/b{{#if yes}}/{{i}}{{/if}}{{#if no}}/x{{/if}}?q={{s}}">', '<a href="https://x.example/?a=1&amp;b=2?q=-1"><a href="/x?q=%3Ca%20href%3D%27%2F%27%20x%3D%22%26%22%3E%C3%A9%20"><a href="/b/-1?q=%3Ca%20href%3D%27%2F%27%20x%3D%22%26%22%3E%C3%A9%20">'],
    ['title.html', '<title>{{s}}</title><textarea name="t">{{empty}}</textarea><textarea>\n{{i}}</textarea>', '<title>&lt;a href=&#39;/&#39; x=&quot;&amp;&quot;&gt;é </title><textarea name="t">\n</textarea><textarea>\n-1</textarea>'],
    ['raw.html', '<p>{{html}}{{no_html}}</p>', '<p><b>bold</b></p>'],
    ['data.html', '<script src="{{asset player.js}}" data-id="{{one.name}}"></script>', '<script src="/assets/player-1a.js" data-id="&lt;one&gt;"></script>'],
    ['refresh.html', '<meta http-equiv="refresh" content="5"><meta content="{{i}}">', '<meta http-equiv="refresh" content="5"><meta content="-1">'],
    // types and filters
    ['types.html', '{{array}} {{big}} {{u}} {{i}} {{kind | kind}} {{items.n}}', 'arr -9000000000 18446744073709551615 -1 b&amp; 2'],
    ['filters.html', '{{ms | hms}} {{ms|hms}} {{price | money array}} <time datetime="{{ms | iso}}">', '4:05 4:05 9.99 arr <time datetime="1970-01-01T00:04:05Z">'],
    // blocks
    ['each.html', '{{#each v in items}}{{v.name}}={{v.n}};{{/each}}{{#each v in none}}x{{/each}}{{#each n in names}}<{{n}}>{{/each}}'.replace('<{{n}}>', '[{{n}}]'), 'a=1;b&amp;=2;[x][y]'],
    ['nested.html', '{{#each v in items}}{{#each w in items}}{{v.n}}{{w.n}}{{#if w.n == 2}}!{{/if}} {{/each}}{{/each}}', '11 12! 21 22! '],
    ['if.html', '{{#if s}}s{{/if}}{{#if empty}}e{{/if}}{{#if array}}a{{/if}}{{#if yes}}y{{/if}}{{#if no}}n{{else}}N{{/if}}{{#if i}}i{{/if}}{{#if html}}h{{/if}}{{#if no_html}}H{{/if}}{{#if not yes}}Y{{else}}!{{/if}}{{#if not empty}}E{{/if}}', 'sayNih!E'],
    ['equal.html', '{{#if array == "arr"}}1{{/if}}{{#if array == "ar"}}2{{/if}}{{#if kind == KIND_B}}3{{/if}}{{#if i == -1}}4{{/if}}{{#if not i == 0}}5{{/if}}{{#if array=="{}"}}6{{/if}}', '1345'],
    ['deep.html', nested(16, '{{#if yes}}', '{{/if}}'), ''],
    ['tag.html', '<a{{#if yes}} aria-current="page"{{/if}}{{#if no}} x{{/if}}><input {{#if yes}}checked{{/if}} {{#if no}}disabled {{/if}}class="a{{#if yes}} b{{/if}}{{#each n in names}} {{n}}{{/each}}"><br/>', '<a aria-current="page"><input checked class="a b x y"><br/>'],
    ['partial.html', '{{>item one}}{{#each v in items}}{{>item v}}{{/each}}{{>text .}}{{>text}}', '<one>1 '.replace('<one>', '&lt;one&gt;=') .replace('1 ', '7\n') + 'a=1\nb&amp;=2\n' + '&lt;a href=&#39;/&#39; x=&quot;&amp;&quot;&gt;é '.repeat(2)],
    ['remark.html', 'a{{! {{s}b\nc }}d', 'ad'],
    ['assets.html', '<link rel="stylesheet" href="{{asset site.css}}">', '<link rel="stylesheet" href="/assets/site-2b.css">'],
    ['form.html', '<form method="post" action="/x/{{i}}">{{>csrf}}<button>go</button></form>\n<form method="get"></form><form method="post">{{#if yes}}<input name="csrf" value="1">{{else}}{{>csrf}}{{/if}}</form>', '<form method="post" action="/x/-1"><input type="hidden" name="csrf" value="arr">\n<button>go</button></form>\n<form method="get"></form><form method="post"><input name="csrf" value="1"></form>'],
    // layout
    ['layout.html', '\n\n<ul\n   class="a\n b">\n    {{#each v in items}}\n    <li>{{v.n}}</li>\n    {{/each}}\n    {{#if no}}\n    x\n    {{/if}}\n</ul>  <b> x</b>\n', '<ul class="a\n b">\n\n<li>1</li>\n\n<li>2</li>\n</ul>  <b> x</b>\n'],
    ['lines.html', 'a\n{{i}}\n  b', 'a\n-1\nb'],
    ['pre.html', '<pre>\n  a\n\n  {{i}}\n</pre>\n\n<p>\n', '<pre>\n  a\n\n  -1\n</pre>\n<p>\n'],
    ['bytes.html', 'é ??/ \\ "%s" \t{ } }}', 'é ??/ \\ "%s" \t{ } }}'],
    // JSON
    ['values.json', '[{{s}}, {{big}}, {{u}}, {{yes}}, {{no}}, {{ms | hms}}, {{url}}, {{kind | kind}}]', `["\\u003ca href='/' x=\\"&\\">é ", -9000000000, 18446744073709551615, true, false, "4:05", "https://x.example/?a=1&b=2", "b&"]`],
    ['list.json', '{\n  "items": [\n    {{#each v in items}}\n    {"name": {{v.name}}, "n": {{v.n}}}\n    {{/each}}\n  ],\n  "none": [{{#each v in none}}1{{/each}}]\n}\n', '{"items": [{"name": "a", "n": 1},{"name": "b&", "n": 2}],"none": []}'],
    ['if.json', '{{{#if yes}}"a": {{i}},{{/if}} "b": {{#if no}}1{{else}}null{{/if}}{{#if yes}}, "c": "{{#if yes}}x{{else}}y{{/if}}"{{/if}}}', '{"a": -1, "b": null, "c": "x"}'],
    // XML: case counts, an element may have the name of one of HTML's
    ['names.xml', '<title>{{s}}</title><pubDate a:b="{{s}}">{{i}}</pubDate><form/><script>&lt;</script>', `<title>&lt;a href=&#39;/&#39; x=&quot;&amp;&quot;&gt;é </title><pubDate a:b="&lt;a href=&#39;/&#39; x=&quot;&amp;&quot;&gt;é ">-1</pubDate><form/><script>&lt;</script>`],
    ['blocks.xml', '\n<a>\n  {{#each v in items}}\n  <b n="{{v.n}}">{{v.name}}</b>\n  {{/each}}\n  {{#if no}}<b/>{{else}}<c></c>{{/if}}\n</a>\n', '<a>\n\n<b n="1">a</b>\n\n<b n="2">b&amp;</b>\n<c></c>\n</a>\n'],
    ['urls.xml', '<a href="{{url}}" url="{{bad}}"/>', '<a href="https://x.example/?a=1&amp;b=2" url="#blocked"/>'],
    ['partial.xml', '<a>{{>item one}}{{html.s}}{{url}}/{{s}}</a>', `<a><b>&lt;one&gt;</b>\n&lt;b&gt;bold&lt;/b&gt;https://x.example/?a=1&amp;b=2/&lt;a href=&#39;/&#39; x=&quot;&amp;&quot;&gt;é </a>`],
    // plain text: nothing is escaped, a subject stays one line, lines that only hold a block vanish
    ['plain.txt', '{{broken}}{{i}}\n\n{{broken}} {{s}} {{i}} {{kind | kind}}\n<b> & "x"\n', `a  Bcc: b   c-1\n\na \nBcc: b   c <a href='/' x="&">\u00e9  -1 b&\n<b> & "x"\n`],
    ['blocks.txt', '{{#if yes}}yes{{else}}no{{/if}}\n{{! remark }}\n{{#each v in items}}\n- {{v.name}}\n{{/each}}\n{{#if no}}\nx\n{{else}}\ny{{#if yes}}!{{/if}}\n{{/if}}\n{{>item one}}{{#if s}}s{{/if}}{{#if empty}}e{{/if}}\nz\n', 'yes\n- a\n- b&\ny!\n<one> is\n7\ns\nz\n'],
    ['partial.json', '{"one": {{>item one}}, "all": [{{#each v in items}}{{>item v}}{{/each}}], "n": [-0.5e+3, true, "a \\" b"]}', '{"one": {"n": 7}, "all": [{"n": 1},{"n": 2}], "n": [-0.5e+3, true, "a \\" b"]}'],
];

// Left to the C compiler, which names the view's line: file, what follows the model line, line.
const wrong_c = [
    ['a.html', '\n\n{{titel}}', 4],
    ['a.html', '{{#each v in items}}\n{{v.titel}}{{/each}}', 3],
    ['a.html', '{{#if titel}}{{/if}}', 2],
    ['a.html', '{{#if items}}{{/if}}', 2], // a list is neither true nor false
    ['a.html', '\n{{yes}}', 3], // a bool has no text
    ['a.html', '<p title="{{html}}">', 2],
    ['a.html', '<title>{{html}}</title>', 2],
    ['a.html', '<a href="{{i}}">', 2],
    ['a.html', '{{one}}', 2],
    ['a.html', '{{i | nofilter}}', 2],
    ['a.html', '{{s | hms}}', 2],
    ['a.html', '{{#if i == "x"}}{{/if}}', 2],
    ['a.html', '{{#if kind == NO_SUCH}}{{/if}}', 2],
    ['a.html', '{{#if kind == OTHER_B}}{{/if}}', 2], // of another enum
    ['a.html', '{{#if kind == "b"}}{{/if}}', 2],
    ['a.html', '{{kind}}', 2], // an enum has no text
    ['a.json', '{{kind}}', 2],
    ['a.html', '{{kind | other}}', 2],
    ['a.html', '\n{{>item .}}', 3], // another struct than the view's
    ['a.json', '{{html}}', 2],
    ['a.xml', '<a>{{html}}</a>', 2],
    ['a.txt', 'a\n{{html}}\n', 3],
    ['a.txt', 'a\n{{yes}}\n', 3],
    ['a.txt', '{{kind}}\n', 2],
];

const cflags = ['-std=c17', '-D_GNU_SOURCE', `-I${lib}`, '-I.', '-Wall', '-Wextra', '-Wshadow', '-Wmissing-prototypes',
    '-Wconversion', '-Wsign-conversion', '-Wcast-qual', '-Wwrite-strings', '-Werror'];

function check_refused() {
    for (const [name, text, line, error] of refused) {
        save(name, view(text));
        const { status, stdout, stderr } = compile(name);
        check(text, stderr, `${name}:${line}: error: ${error}\n`);
        check(text, status, 1);
        check(text, stdout, ''); // half a function must not reach the build
    }
    for (const text of ['', '<p>\n{{model struct model in model.h}}\n', '{{model struct model}}\n', '{{model struct model in model}}\n', '{{model struct model in model.h}} x\n', '{{model struct Model; in model.h}}\n', '{{model struct model in ../model.h}}\n']) {
        save('a.html', text);
        check(text, compile('a.html').stderr, 'a.html:1: error: the first line has to be {{model struct NAME in NAME.h}}\n');
    }
    save('a.html', view('{{asset player.js}}'));
    check('no -a', run(tmplc, 'a.html').stderr, 'a.html:2: error: no manifest was given (-a)\n');
    for (const name of ['A-b.html', '1.html', 'a.htm', 'a'])
        check(name, compile(name).stderr, `${name}:1: error: a view is named NAME.html, NAME.json, NAME.xml or NAME.txt\n`);
    save('a.html', view('<p style="color:red" title="{{s}}"></p>'));
    check('-s', run(tmplc, '-s', 'a.html').status, 0);
    save('a.html', view('<p style="{{s}}"></p>'));
    check('-s with a value', run(tmplc, '-s', 'a.html').stderr, 'a.html:2: error: no value may stand in attribute style\n');
    save('a.html', view('<p>\0</p>'));
    check('zero', compile('a.html').status, 1);
    save('a.html', view('x'.repeat(1 << 18)));
    check('size', compile('a.html').status, 1);
}

function check_wrong_c() {
    for (const [name, text, line] of wrong_c) {
        save(name, view(text));
        save('a.c', compile(name).stdout);
        const { status, stderr } = run(CC, ...cflags, '-fsyntax-only', 'a.c');
        check(text, status, 1);
        check(text, stderr.match(/^a\.\w+:\d+:\d+: (error|note: in exp)/m)?.[0].split(':', 2).join(':'), `${name}:${line}`);
    }
}

// One program prints all accepted views, each followed by a zero byte.
const values = `{
    .s = "<a href='/' x=\\"&\\">\\u00e9 ", .url = "https://x.example/?a=1&b=2", .bad = "javascript:alert(1)",
    .broken = "a\\r\\nBcc: b\\x7f\\xc2\\x85\\xe2\\x80\\xa8" "c", .path = "/p/1.jpg", .empty = "", .array = "arr", .yes = true, .big = -9000000000, .ms = 245000, .price = 999,
    .u = UINT64_MAX, .i = -1, .kind = KIND_B, .html = { "<b>bold</b>", 11 }, .one = { "<one>", 7 },
    .items = { (struct item[]){ { "a", 1 }, { "b&", 2 } }, 2 }, .names = { (const char *[]){ "x", "y" }, 2 },
}`;

function check_accepted() {
    const calls = [], files = [];
    for (const [name, text] of accepted) save(name, view(text));
    for (const [name] of [...accepted, ['csrf.html'], ['item.html'], ['item.json'], ['item.xml'], ['item.txt']]) {
        const { stdout, stderr } = compile(name);
        check(name, stderr, '');
        save(`${name}.c`, stdout);
        files.push(`${name}.c`);
    }
    for (const [name] of accepted) {
        const [base, kind] = name.split('.'), prefix = kind === 'html' ? 'view' : kind;
        calls.push(`{ extern void ${prefix}_${base}(struct sb *, const struct model *);
            struct sb o = { .a = a }; ${prefix}_${base}(&o, &m); fwrite(o.buf, 1, o.len, stdout); putchar(0); }`);
    }
    save('main.c', `#include "model.h"\nWORDS(kind, "", [KIND_A] = "a", [KIND_B] = "b&");\nint main(void) { const struct model m = ${values};
        struct arena *a = arena_new(1 << 20);\n${calls.join('\n')}\narena_free(a); }\n`);
    const base = ['arena', 'sb', 'str', 'fmt', 'currency', 'words', 'text'].map((f) => join(lib, 'base', `${f}.c`));
    const built = run(CC, ...cflags, '-o', 'main', 'main.c', ...files, join(lib, 'web/html.c'), ...base, '-lsodium');
    check('compile', built.stderr, '');
    const printed = run('./main').stdout.split('\0');
    accepted.forEach(([name, , want], i) => check(name, printed[i], want));
    for (let i = 0; i < accepted.length; i++)
        if (accepted[i][0].endsWith('.json'))
            JSON.parse(printed[i]);
}

try {
    execFileSync('make', ['-s', `B=${B}`, `${B}/tmplc`], { stdio: 'inherit' });
    save('model.h', model);
    save('manifest', 'player.js /assets/player-1a.js\nsite.css /assets/site-2b.css\nodd.js /x"y\n');
    save('csrf.html', view('<input type="hidden" name="csrf" value="{{array}}">\n'));
    save('item.html', '{{model struct item in model.h}}\n{{name}}={{n}}\n');
    save('item.json', '{{model struct item in model.h}}\n{"n": {{n}}}\n');
    save('item.xml', '{{model struct item in model.h}}\n<b>{{name}}</b>\n');
    save('item.txt', '{{model struct item in model.h}}\n{{name}} is\n{{n}}\n');
    save('b.html', view(''));
    save('no_model.html', '<p>');
    check_refused();
    check_wrong_c();
    check_accepted();
} finally {
    rmSync(dir, { recursive: true });
}
console.log(`${failed ? 'not ok' : 'ok'} - tmplc: ${checks} checks, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
