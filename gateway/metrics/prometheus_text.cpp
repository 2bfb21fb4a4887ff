#include "gateway/metrics/prometheus_text.hpp"

#include <array>

#include "book/decimal.hpp"

namespace tickweir::gateway {
namespace {

struct Bound {
    std::uint64_t ns;
    std::string_view seconds;
};

constexpr std::array bounds = std::to_array<Bound>({
    {1'000, "0.000001"},  {2'000, "0.000002"},  {5'000, "0.000005"},  {10'000, "0.00001"},
    {20'000, "0.00002"},  {50'000, "0.00005"},  {100'000, "0.0001"},  {200'000, "0.0002"},
    {500'000, "0.0005"},  {1'000'000, "0.001"}, {2'000'000, "0.002"}, {5'000'000, "0.005"},
    {10'000'000, "0.01"}, {20'000'000, "0.02"}, {50'000'000, "0.05"}, {100'000'000, "0.1"},
    {200'000'000, "0.2"}, {500'000'000, "0.5"}, {1'000'000'000, "1"},
});

constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

void append_unquoted(std::string& out, std::string_view text, bool quotes_too) {
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (quotes_too && c == '"')) out += '\\';
        out += c;
    }
}

void append_name(std::string& out, std::string_view name, std::string_view labels) {
    out += name;
    if (!labels.empty()) out.append(1, '{').append(labels).append(1, '}');
    out += ' ';
}

/// Digits of any 64-bit number at any scale; the decimals of the book stop at the signed ones.
std::string number_text(std::uint64_t coefficient, unsigned decimals) {
    std::string text = std::to_string(coefficient);
    if (decimals == 0) return text;
    if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
    text.insert(text.size() - decimals, 1, '.');
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

}  // namespace

bool is_metric_name(std::string_view name) {
    if (name.empty() || !is_letter(name[0])) return false;
    for (const char c : name) {
        if (!is_letter(c) && (c < '0' || c > '9')) return false;
    }
    return true;
}

std::string label_text(const Labels& labels) {
    std::string text;
    for (const Label& label : labels) {
        if (!text.empty()) text += ',';
        text.append(label.name).append("=\"");
        append_unquoted(text, label.value, true);
        text += '"';
    }
    return text;
}

void append_header(std::string& out, std::string_view name, std::string_view help,
                   std::string_view type) {
    out.append("# HELP ").append(name).append(1, ' ');
    append_unquoted(out, help, false);
    out.append("\n# TYPE ").append(name).append(1, ' ').append(type).append(1, '\n');
}

void append_sample(std::string& out, std::string_view name, std::string_view labels,
                   std::uint64_t coefficient, unsigned decimals) {
    append_name(out, name, labels);
    out.append(number_text(coefficient, decimals)).append(1, '\n');
}

void append_sample(std::string& out, std::string_view name, std::string_view labels,
                   std::int64_t coefficient, unsigned decimals) {
    append_name(out, name, labels);
    std::array<char, book::decimal_text_max> text{};
    const std::size_t length = book::write_decimal(coefficient, decimals, text.data());
    out.append(text.data(), length).append(1, '\n');
}

void append_histogram(std::string& out, std::string_view name, std::string_view labels,
                      const LatencySnapshot& histogram) {
    const std::string base{name};
    const std::string before = labels.empty() ? "" : std::string{labels} + ',';
    for (const Bound& bound : bounds) {
        append_sample(out, base + "_bucket", before + "le=\"" + std::string{bound.seconds} + '"',
                      histogram.count_up_to(bound.ns), 0);
    }
    append_sample(out, base + "_bucket", before + "le=\"+Inf\"", histogram.count(), 0);
    append_sample(out, base + "_sum", labels, histogram.sum_ns(), 9);
    append_sample(out, base + "_count", labels, histogram.count(), 0);
}

}  // namespace tickweir::gateway
