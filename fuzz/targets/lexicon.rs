//! Files of an archive's own lexicon; up to the first line break stands the file's name.
#![no_main]

use baoku::people::Overlay;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (name, file) = text.split_once('\n').unwrap_or(("names.txt", text));
    let mut overlay = Overlay::default();
    overlay.add(name, file);
    assert_eq!(overlay.is_empty(), overlay.len() == 0);
    let people: Vec<&str> = overlay.people().collect();
    for person in people {
        // Whoever is an alias is resolved once, also where aliases form a ring.
        assert!(!overlay.person_of(person).is_empty());
        overlay.aliases_of(person).count();
        let _ = overlay.correction(person);
    }
    let _ = overlay.words_changed(&Overlay::default());
    let _ = overlay.names_changed(&Overlay::default());
});
