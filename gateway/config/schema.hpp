// The one table of all keys: what each is called, means, allows, where it is stored, and whether a
// reload may change it. Parsing, printing, checking and reloading all walk it, so a new section is
// a struct, a list of keys and a line.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/key_values.hpp"

namespace tickweir::gateway {

/// What can be done with a key's field; `section` points to the struct that the section fills.
struct Field {
    void (*read)(void* section, const TomlValue&, const Allowed&, Complaints&);
    std::string (*print)(const void* section);
    bool (*equal)(const void* left, const void* right);
    std::string (*range)(const Allowed&);
    bool takes_text;  ///< so that `--set` may leave the quotes out
    bool is_secret;
};

template <class T>
inline constexpr bool is_text =
    std::is_same_v<T, std::string> || std::is_same_v<T, std::vector<std::string>> ||
    std::is_same_v<T, std::vector<Secret>> || NamedEnum<T>;

template <class Section, class T>
Section section_of(T Section::*);

template <class Section, class T>
T member_of(T Section::*);

template <class T>
inline constexpr bool is_secret = std::is_same_v<T, std::vector<Secret>>;

/// A field of type T that `At` finds in a struct of type Section.
template <class Section, class T, auto At>
constexpr Field field_at() {
    return {
        [](void* section, const TomlValue& value, const Allowed& allowed, Complaints& complaints) {
            read(value, allowed, At(*static_cast<Section*>(section)), complaints);
        },
        [](const void* section) { return print(At(*static_cast<const Section*>(section))); },
        [](const void* left, const void* right) {
            return At(*static_cast<const Section*>(left)) ==
                   At(*static_cast<const Section*>(right));
        },
        [](const Allowed& allowed) { return range_text(allowed, static_cast<const T*>(nullptr)); },
        is_text<T>,
        is_secret<T>,
    };
}

/// The field of a section that a pointer to member names.
template <auto Member>
constexpr Field field() {
    return field_at < decltype(section_of(Member)), decltype(member_of(Member)),
           [](auto& section) -> auto& {
        return section.*Member;
    }
    > ();
}

/// The field of a struct inside a section.
template <auto Inside, auto Member>
constexpr Field part() {
    return field_at < decltype(section_of(Inside)), decltype(member_of(Member)),
           [](auto& section) -> auto& {
        return section.*Inside.*Member;
    }
    > ();
}

struct Key {
    std::string_view name;
    std::string_view meaning;  ///< with the unit
    Field field;
    Allowed allowed = {};
    bool reloadable = false;
};

/// A part of a section by name, with the struct that it fills.
struct NamedPart {
    std::string name;
    const void* section;
};

/// `[name]`, or `[name.ANY]` where members have names of their own.
struct Section {
    std::string_view name;
    std::string_view meaning;
    std::span<const Key> keys;

    /// The struct; of a section with named members: that member, made if `create`. Nothing if it
    /// does not exist, or if there are too many.
    void* (*find)(Config&, const std::string& member, bool create);
    /// All members; of a plain section the one with an empty name.
    std::vector<NamedPart> (*parts)(const Config&);
    /// A struct of the section with all defaults.
    const void* (*defaults)();
    /// Of named members: how many there may be, and how long their names are.
    std::size_t members_max = 0;
    std::size_t name_bytes_max = 0;

    bool has_members() const { return members_max != 0; }
};

/// All sections, in the order in which they are printed.
std::span<const Section> sections();

/// Sections that INTERFACES names and that this build does not have.
std::span<const std::string_view> sections_of_later();

const Section* find_section(std::string_view name, bool with_members);
const Key* find_key(const Section& section, std::string_view name);

/// The full name: `feeds.nasdaq.path`.
std::string key_name(const Section& section, std::string_view member, std::string_view key);

/// The name of `candidates` that was probably meant: at most two letters off, or a third of them.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

/// What must hold between keys. Complaints name the key that is to blame.
struct CrossComplaint {
    std::string key;
    std::string reason;
};
std::vector<CrossComplaint> check_together(const Config& config);

}  // namespace tickweir::gateway
