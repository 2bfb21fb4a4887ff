#include "gateway/config/print_config.hpp"

#include <string_view>

#include "gateway/config/schema.hpp"

namespace tickweir::gateway {
namespace {

/// Each line of `text` behind a mark.
void append_comment(std::string& out, std::string_view text, std::string_view mark) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        out.append(mark).append(text.substr(0, end)).append(1, '\n');
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
}

void append_keys(std::string& out, const Section& section, const void* values,
                 std::string_view prefix) {
    const std::string mark = std::string{prefix} + "# ";
    for (const Key& key : section.keys) {
        append_comment(out, key.meaning, mark);
        const std::string range = key.field.range(key.allowed);
        if (!range.empty()) append_comment(out, "Allowed: " + range + ".", mark);
        if (key.reloadable) append_comment(out, "A reload may change it.", mark);
        out.append(prefix).append(key.name).append(" = ").append(key.field.print(values));
        out += '\n';
    }
}

void append_section(std::string& out, const Section& section, const std::string& header,
                    const void* values, std::string_view prefix) {
    if (!out.empty()) out += '\n';
    append_comment(out, section.meaning, std::string{prefix} + "# ");
    out.append(prefix).append(1, '[').append(header).append("]\n");
    append_keys(out, section, values, prefix);
}

}  // namespace

std::string print_config(const Config& config) {
    std::string out;
    for (const Section& section : sections()) {
        const auto parts = section.parts(config);
        for (const NamedPart& part : parts)
            append_section(out, section, key_name(section, part.name, ""), part.section, "");
        if (parts.empty())
            append_section(out, section, std::string{section.name} + ".NAME", section.defaults(),
                           "# ");
    }
    return out;
}

}  // namespace tickweir::gateway
