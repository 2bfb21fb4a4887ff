// What a new configuration changes in a running gateway, key by key along the table.
#include <algorithm>

#include "gateway/config/parse_config.hpp"
#include "gateway/config/schema.hpp"

namespace tickweir::gateway {
namespace {

ConfigPlace place_of(const ParsedConfig& fresh, const std::string& key) {
    const auto found = fresh.given.find(key);
    return found != fresh.given.end() ? found->second : ConfigPlace{};
}

/// The names of both sides' members, sorted, each once.
std::vector<std::string> all_members(const std::vector<NamedPart>& left,
                                     const std::vector<NamedPart>& right) {
    std::vector<std::string> names;
    for (const NamedPart& part : left)
        names.push_back(part.name);
    for (const NamedPart& part : right)
        names.push_back(part.name);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

const void* struct_of(const std::vector<NamedPart>& parts, const std::string& name) {
    const auto found = std::ranges::find(parts, name, &NamedPart::name);
    return found == parts.end() ? nullptr : found->section;
}

class Comparison {
public:
    Comparison(const Config& running, const ParsedConfig& fresh)
        : running_(running), fresh_(fresh) {}

    Reload run() {
        for (const Section& section : sections()) {
            const auto before = section.parts(running_);
            const auto after = section.parts(*fresh_.config);
            for (const std::string& name : all_members(before, after))
                compare(section, name, struct_of(before, name), struct_of(after, name));
        }
        if (out_.errors.empty()) out_.config = fresh_.config;
        return std::move(out_);
    }

private:
    void compare(const Section& section, const std::string& name, const void* before,
                 const void* after) {
        if (before == nullptr || after == nullptr) {
            const std::string key = key_name(section, name, "");
            out_.errors.push_back({place_of_section(section, name), key,
                                   before == nullptr ? "is new, which needs a restart"
                                                     : "is gone, which needs a restart"});
            return;
        }
        for (const Key& key : section.keys) {
            if (key.field.equal(before, after)) continue;
            const std::string full = key_name(section, name, key.name);
            out_.changed.push_back(full);
            if (key.reloadable) continue;
            std::string reason = "cannot change while running, it needs a restart";
            if (!key.field.is_secret)
                reason +=
                    "; runs with " + key.field.print(before) + ", got " + key.field.print(after);
            out_.errors.push_back({place_of(fresh_, full), full, std::move(reason)});
        }
    }

    /// That of the first key that was given in it.
    ConfigPlace place_of_section(const Section& section, const std::string& name) const {
        for (const Key& key : section.keys) {
            const auto found = fresh_.given.find(key_name(section, name, key.name));
            if (found != fresh_.given.end()) return found->second;
        }
        return {};
    }

    const Config& running_;
    const ParsedConfig& fresh_;
    Reload out_;
};

}  // namespace

Reload plan_reload(const Config& running, const ParsedConfig& fresh) {
    if (!fresh.ok()) return {std::nullopt, {}, fresh.errors};
    return Comparison{running, fresh}.run();
}

}  // namespace tickweir::gateway
