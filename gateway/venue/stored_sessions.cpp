#include "gateway/venue/stored_sessions.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <span>
#include <tuple>
#include <vector>

#include "gateway/venue/session_record.hpp"
#include "gateway/venue/stored_settings.hpp"
#include "txn/io/write_beside.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::string_view word = "session";
/// Of a file that is read; more than that is none of ours.
constexpr std::uint64_t file_bytes_max = 64 << 20;

/// The words of a line, one by one; a line has single blanks between them and none at its ends.
class Words {
public:
    explicit Words(std::string_view line) : rest_{line} {}

    std::string_view text() {
        const std::size_t end = std::min(rest_.find(' '), rest_.size());
        const std::string_view taken = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        good_ = good_ && !taken.empty();
        return taken;
    }
    template <class T>
    T number() {
        const std::string_view taken = text();
        T value{};
        const auto read = std::from_chars(taken.data(), taken.data() + taken.size(), value);
        good_ = good_ && read.ec == std::errc{} && read.ptr == taken.data() + taken.size();
        return value;
    }
    bool done() const { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

bool read_line(std::string_view line, SessionBlocks& blocks) {
    Words words{line};
    const bool is_session = words.text() == word;
    const std::string_view name = words.text();
    fix::NumberBlock block;
    block.numbering = book::TimeNs{std::chrono::nanoseconds{words.number<std::int64_t>()}};
    block.bound = words.number<std::uint64_t>();
    block.before.lsn = words.number<std::uint64_t>();
    block.before.place = words.number<std::uint32_t>();
    return is_session && words.done() && name.size() <= session_name_bytes_max &&
           block.bound != 0 && block.bound <= fix::numbers_end &&
           blocks.emplace(name, block).second;
}

}  // namespace

void add_newer(SessionBlocks& blocks, std::string_view name, const fix::NumberBlock& block) {
    const auto age = [](const fix::NumberBlock& of) { return std::tuple{of.numbering, of.bound}; };
    const auto found = blocks.find(name);
    if (found == blocks.end())
        blocks.emplace(name, block);
    else if (age(found->second) < age(block))
        found->second = block;
}

std::string blocks_text(const SessionBlocks& blocks) {
    std::string out;
    for (const auto& [name, block] : blocks) {
        out.append(word).append(1, ' ').append(name);
        for (const std::string& number :
             {std::to_string(block.numbering.time_since_epoch().count()),
              std::to_string(block.bound), std::to_string(block.before.lsn),
              std::to_string(block.before.place)})
            out.append(1, ' ').append(number);
        out += '\n';
    }
    return out + settings_end(out);
}

std::optional<SessionBlocks> parse_blocks(std::string_view text) {
    SessionBlocks blocks;
    std::size_t at = 0;
    for (;;) {
        const std::size_t end = text.find('\n', at);
        if (end == text.npos) return std::nullopt;
        if (!text.substr(at).starts_with(word)) break;
        if (!read_line(text.substr(at, end - at), blocks)) return std::nullopt;
        at = end + 1;
    }
    if (text.substr(at) != settings_end(text.substr(0, at))) return std::nullopt;
    return blocks;
}

std::string blocks_path(const std::string& data) {
    return data + "/venue.sessions";
}

ReadBlocks read_blocks(txn::io::Files& files, const std::string& data) {
    const std::string path = blocks_path(data);
    const auto file = files.open(path, {.mode = txn::io::OpenMode::read});
    if (!file) {
        if (file.error().kind == txn::io::IoErrorKind::not_found) return {};
        return {{}, false, txn::io::to_string(file.error())};
    }
    const auto size = (*file)->size();
    if (!size) return {{}, false, txn::io::to_string(size.error())};
    if (*size > file_bytes_max) return {{}, false, path + " is too long"};
    std::string text(static_cast<std::size_t>(*size), '\0');
    const auto read = (*file)->read_at(0, std::as_writable_bytes(std::span{text}));
    if (!read) return {{}, false, txn::io::to_string(read.error())};
    auto blocks = parse_blocks(std::string_view{text}.substr(0, *read));
    if (!blocks) return {{}, false, path + " is not as it was written"};
    return {std::move(*blocks), true, {}};
}

std::string write_blocks(txn::io::Files& files, const std::string& data,
                         const SessionBlocks& blocks) {
    const std::string text = blocks_text(blocks);
    const auto written = txn::io::write_beside(files, blocks_path(data),
                                               std::as_bytes(std::span{text.data(), text.size()}));
    return written ? std::string{} : txn::io::to_string(written.error());
}

}  // namespace tickweir::gateway
