-- Macros that every model shares: what counts as a word, whatever the writer's keyboard did.

-- Letters of other alphabets that look Latin are read as what they look like.
create or replace macro latin_letters(written) as translate(
    written,
    'аеорсухіјѕԁһАВЕКМНОРСТУХІЅαορεικτυνΑΒΕΖΗΙΚΜΝΟΡΤΥΧ',
    'aeopcyxijsdhABEKMHOPCTYXISaopeiktuvABEZHIKMNOPTYX'
);

-- One blank before, between and after the words; lower case, without accents, marks or invisible
-- characters. Of a longer text the first 20,000 characters are read: time per text is bounded.
create or replace macro plain_text(written) as ' ' || trim(regexp_replace(
    strip_accents(lower(latin_letters(regexp_replace(
        regexp_replace(left(written, 20000), '[\x{00AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}]', '', 'g'),
        '<[^<>]{1,200}>', ' ', 'g'
    )))),
    '[^a-z0-9]+', ' ', 'g'
)) || ' ';

-- The stems of a text's words in order: their first five letters, numbers left out.
create or replace macro stems(plain) as list_transform(
    list_filter(string_split(trim(plain), ' '), lambda word: regexp_full_match(word, '[a-z]+')),
    lambda word: left(word, 5)
);

-- Stems and pairs of neighbouring stems.
create or replace macro features(listed) as list_concat(
    listed,
    list_transform(
        list_zip(listed[:-2], listed[2:]), lambda pair: pair[1] || '_' || pair[2]
    )
);
