#include "gateway/config/parse_config.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "gateway/config/schema.hpp"
#include "gateway/config/toml_document.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t name_shown_max = 64;

bool is_member_name(std::string_view name, std::size_t bytes_max) {
    return !name.empty() && name.size() <= bytes_max && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known) {
    const std::string_view best = nearest(name, known);
    return best.empty() ? "" : "; did you mean \"" + std::string{best} + "\"?";
}

std::string shown_name(const std::string& name) {
    return toml_key(std::string_view{name}.substr(0, name_shown_max));
}

/// Walks documents along the table of keys and fills one Config, noting everything that is wrong.
class Parser {
public:
    explicit Parser(std::string file_name) : file_{std::move(file_name)} {}

    void read_file(std::string_view text);
    void read_override(const std::string& given);
    ParsedConfig finish();

private:
    void drop_venue_defaults(const TomlTable& root);
    void read_root(const TomlTable& root);
    void read_section(const TomlMember& member);
    void read_members(const Section& section, const TomlTable& table);
    void read_member(const Section& section, const TomlMember& member);
    void take_roles_from_others(const std::string& thread);
    void read_key(const Section& section, const std::string& name, void* target,
                  const TomlMember& member);
    void refuse_unknown_key(const Section* plain, const Section* named, const std::string& section,
                            const TomlMember& member);
    void check_keys_together();
    bool has_errors_in(std::string_view key) const;

    ConfigPlace place_at(unsigned line) const;
    ConfigPlace place_of(std::string key) const;
    void complain(ConfigPlace place, std::string key, std::string reason);

    std::string file_;
    std::optional<std::string> option_;       // the --set that is being read
    std::optional<std::string> option_text_;  // and its value as given
    bool has_syntax_errors_ = false;
    std::size_t more_errors_ = 0;
    std::map<std::string, ConfigPlace> sections_;  // where they begin
    Config config_;
    ParsedConfig out_;
};

// --------------------------------------------------------------------------- errors and places

ConfigPlace Parser::place_at(unsigned line) const {
    if (option_) return {"--set " + *option_, std::nullopt};
    return {file_, line};
}

/// Of the key, else of the section around it, else the file as a whole.
ConfigPlace Parser::place_of(std::string key) const {
    if (const auto found = out_.given.find(key); found != out_.given.end()) return found->second;
    for (;;) {
        if (const auto found = sections_.find(key); found != sections_.end()) return found->second;
        const std::size_t dot = key.rfind('.');
        if (dot == key.npos) return {file_, std::nullopt};
        key.resize(dot);
    }
}

void Parser::complain(ConfigPlace place, std::string key, std::string reason) {
    if (out_.errors.size() < config_errors_max)
        out_.errors.push_back({std::move(place), std::move(key), std::move(reason)});
    else
        ++more_errors_;
}

bool Parser::has_errors_in(std::string_view key) const {
    const auto section = key.substr(0, key.find('.'));
    return std::ranges::any_of(out_.errors, [&](const ConfigError& error) {
        return std::string_view{error.key}.substr(0, error.key.find('.')) == section;
    });
}

// --------------------------------------------------------------------------- walking a document

void Parser::read_file(std::string_view text) {
    if (text.size() > config_bytes_max) {
        complain({file_, std::nullopt}, "",
                 "is longer than " + std::to_string(config_bytes_max) + " bytes");
        has_syntax_errors_ = true;
        return;
    }
    const TomlDocument document = read_toml(text);
    has_syntax_errors_ = !document.errors.empty();
    for (const TomlError& error : document.errors)
        complain(place_at(error.line), "", error.reason);
    read_root(document.root);
}

/// Instruments, accounts and sessions name each other, so the default ones go together.
void Parser::drop_venue_defaults(const TomlTable& root) {
    const auto names_members = [](const TomlMember& member) {
        const auto* const table = member.value.as<TomlTable>();
        const bool of_venue =
            member.name == "instruments" || member.name == "accounts" || member.name == "sessions";
        return of_venue && table != nullptr &&
               std::ranges::any_of(*table, [](const TomlMember& inner) {
                   return inner.value.as<TomlTable>() != nullptr;
               });
    };
    if (option_ || std::ranges::none_of(root, names_members)) return;
    config_.venue_instruments.clear();
    config_.accounts.clear();
    config_.sessions.clear();
}

void Parser::read_root(const TomlTable& root) {
    drop_venue_defaults(root);
    for (const TomlMember& member : root) {
        const bool later = std::ranges::count(sections_of_later(), member.name) != 0;
        const bool known = find_section(member.name, false) != nullptr ||
                           find_section(member.name, true) != nullptr;
        if (later) {
            complain(place_at(member.line), member.name, "is not in this build");
        } else if (known) {
            read_section(member);
        } else {
            std::vector<std::string_view> names;
            for (const Section& section : sections())
                names.push_back(section.name);
            complain(place_at(member.line), shown_name(member.name),
                     "is no known section" + did_you_mean(member.name, names));
        }
    }
}

void Parser::read_section(const TomlMember& member) {
    const auto* const table = member.value.as<TomlTable>();
    if (table == nullptr) {
        complain(place_at(member.line), member.name,
                 "must be a section, got " + std::string{kind_of(member.value)});
        return;
    }
    sections_.insert_or_assign(member.name, place_at(member.line));
    const Section* const plain = find_section(member.name, false);
    const Section* const named = find_section(member.name, true);
    if (named != nullptr) read_members(*named, *table);
    for (const TomlMember& inner : *table) {
        if (plain != nullptr && find_key(*plain, inner.name) != nullptr)
            read_key(*plain, "", plain->find(config_, "", false), inner);
        else if (named == nullptr || inner.value.as<TomlTable>() == nullptr)
            refuse_unknown_key(plain, named, member.name, inner);
    }
}

/// Threads have a default member, which goes when a file names others: the file would else have to
/// say which of the default's roles it wants back.
void Parser::read_members(const Section& section, const TomlTable& table) {
    const auto is_named = [&](const std::string& name) {
        return std::ranges::any_of(table, [&](const TomlMember& member) {
            return member.name == name && member.value.as<TomlTable>() != nullptr;
        });
    };
    const bool names_any = std::ranges::any_of(
        table, [](const TomlMember& member) { return member.value.as<TomlTable>() != nullptr; });
    if (section.name == "threads" && names_any && !option_)
        std::erase_if(config_.threads.hosts,
                      [&](const auto& host) { return !is_named(host.first); });
    for (const TomlMember& member : table) {
        if (member.value.as<TomlTable>() != nullptr) read_member(section, member);
    }
}

void Parser::read_member(const Section& section, const TomlMember& member) {
    const std::string name = std::string{section.name} + '.' + shown_name(member.name);
    if (!is_member_name(member.name, section.name_bytes_max)) {
        complain(place_at(member.line), name,
                 "a name has 1 to " + std::to_string(section.name_bytes_max) +
                     " letters, digits, - and _");
        return;
    }
    void* const target = section.find(config_, member.name, true);
    if (target == nullptr) {
        complain(place_at(member.line), name,
                 "is beyond the " + std::to_string(section.members_max) + " that there may be");
        return;
    }
    sections_.insert_or_assign(name, place_at(member.line));
    for (const TomlMember& inner : *member.value.as<TomlTable>()) {
        if (find_key(section, inner.name) != nullptr)
            read_key(section, member.name, target, inner);
        else
            refuse_unknown_key(&section, nullptr, name, inner);
        if (option_ && section.name == "threads" && inner.name == "roles")
            take_roles_from_others(member.name);
    }
}

/// An option comes on top of other threads, the default one at least: a role that it gives to a
/// thread leaves the one that had it, and a thread that has none left goes.
void Parser::take_roles_from_others(const std::string& thread) {
    auto& hosts = config_.threads.hosts;
    const std::vector<HostedRole> taken = hosts.at(thread).roles;
    for (auto host = hosts.begin(); host != hosts.end();) {
        std::vector<HostedRole>& roles = host->second.roles;
        const bool lost =
            host->first != thread && std::erase_if(roles, [&](const HostedRole& role) {
                                         return std::ranges::find(taken, role) != taken.end();
                                     }) != 0;
        host = lost && roles.empty() ? hosts.erase(host) : std::next(host);
    }
}

void Parser::read_key(const Section& section, const std::string& name, void* target,
                      const TomlMember& member) {
    const Key& key = *find_key(section, member.name);
    const std::string full = key_name(section, name, key.name);
    out_.given.insert_or_assign(full, place_at(member.line));
    TomlValue value = member.value;
    const bool is_text =
        value.as<std::string>() != nullptr || value.as<std::vector<TomlValue>>() != nullptr;
    if (option_text_ && key.field.takes_text && !is_text) value.value = *option_text_;
    Complaints complaints;
    key.field.read(target, value, key.allowed, complaints);
    for (Complaint& complaint : complaints)
        complain(place_at(complaint.line), full + complaint.below, std::move(complaint.reason));
}

void Parser::refuse_unknown_key(const Section* plain, const Section* named,
                                const std::string& section, const TomlMember& member) {
    std::vector<std::string_view> names;
    if (plain != nullptr) {
        for (const Key& key : plain->keys)
            names.push_back(key.name);
    }
    std::string reason = "is no known key" + did_you_mean(member.name, names);
    if (plain == nullptr && named != nullptr)
        reason =
            "must be a section [" + section + ".NAME], got " + std::string{kind_of(member.value)};
    complain(place_at(member.line), section + '.' + shown_name(member.name), std::move(reason));
}

// --------------------------------------------------------------------------- options

/// The value of a document that holds one.
std::optional<TomlValue> value_in(const std::string& text) {
    TomlDocument document = read_toml("value = " + text);
    const bool whole = document.errors.empty() && document.root.size() == 1 &&
                       document.root[0].name == "value" && text.find('\n') == text.npos;
    if (!whole) return std::nullopt;
    return std::move(document.root[0].value);
}

/// The value as TOML, or as the text that it is; nothing if that is no UTF-8.
std::optional<TomlValue> value_of_option(const std::string& text) {
    if (auto value = value_in(text)) return value;
    return value_in(toml_string(text));
}

/// Puts a value to where a document of the option's key has its number.
bool put_at_leaf(TomlTable& table, TomlValue value) {
    TomlTable* inner = &table;
    while (inner->size() == 1) {
        TomlMember& member = inner->front();
        if (member.value.as<std::int64_t>() != nullptr) {
            member.value = std::move(value);
            return true;
        }
        inner = std::get_if<TomlTable>(&member.value.value);
        if (inner == nullptr) return false;
    }
    return false;
}

void Parser::read_override(const std::string& given) {
    const std::size_t equals = given.find('=');
    option_ = given.substr(0, std::min(equals, name_shown_max));
    TomlDocument document;
    if (equals != given.npos && given.size() <= config_bytes_max)
        document = read_toml(given.substr(0, equals) + " = 0");
    option_text_ = equals == given.npos ? "" : given.substr(equals + 1);
    auto value = value_of_option(*option_text_);
    const bool readable = document.errors.empty() && given.find('\n') > equals && value &&
                          put_at_leaf(document.root, std::move(*value));
    if (readable)
        read_root(document.root);
    else
        complain(place_at(0), "", "must be section.key=value, in UTF-8");
    option_.reset();
    option_text_.reset();
}

// --------------------------------------------------------------------------- the end

void Parser::check_keys_together() {
    if (has_syntax_errors_) return;  // What could not be read may be what seems to be missing.
    std::vector<CrossComplaint> complaints = check_together(config_);
    std::erase_if(complaints,
                  [&](const CrossComplaint& complaint) { return has_errors_in(complaint.key); });
    for (CrossComplaint& complaint : complaints)
        complain(place_of(complaint.key), complaint.key, std::move(complaint.reason));
}

ParsedConfig Parser::finish() {
    check_keys_together();
    std::ranges::stable_sort(out_.errors, {}, [](const ConfigError& error) {
        const bool of_file = !error.place.source.starts_with("--set ");
        return std::tuple{!of_file, of_file ? error.place.line.value_or(0) : 0};
    });
    if (more_errors_ != 0) {
        ConfigError& rest = out_.errors.emplace_back();
        rest.place.source = file_;
        rest.reason = "has " + std::to_string(more_errors_) + " more errors";
    }
    if (out_.errors.empty()) out_.config = std::move(config_);
    return std::move(out_);
}

}  // namespace

std::string to_string(const ConfigError& error) {
    std::string text = error.place.source;
    if (error.place.line) text += ':' + std::to_string(*error.place.line);
    // An option names its key already.
    const bool names_key = error.place.source == "--set " + error.key;
    if (!error.key.empty() && !names_key) text += (text.empty() ? "" : ": ") + error.key;
    return text + (text.empty() ? "" : ": ") + error.reason;
}

ParsedConfig parse_config(std::string_view text, const std::string& file_name,
                          std::span<const std::string> overrides) {
    Parser parser{file_name};
    parser.read_file(text);
    for (const std::string& given : overrides)
        parser.read_override(given);
    return parser.finish();
}

}  // namespace tickweir::gateway
