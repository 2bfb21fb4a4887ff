#include "gateway/play/venue/catalog.hpp"

#include <algorithm>

namespace tickweir::gateway::venue {
namespace {

using codecs::json::ControlKind;

bool is_book(std::string_view channel) {
    if (channel == "bookTicker" || channel == "bookticker") return false;
    for (const std::string_view word : {"book", "Book", "depth", "level2"})
        if (channel.find(word) != channel.npos) return true;
    return false;
}

}  // namespace

void Catalog::note(const FrameLabel& label, const codecs::json::MarketFrame& frame,
                   std::uint64_t offset) {
    const auto note_symbol = [this](std::string_view symbol) {
        if (!symbol.empty() && !symbols_.contains(symbol)) symbols_.emplace(symbol);
    };
    for (const auto& event : frame.books)
        note_symbol(event.symbol);
    for (const auto& event : frame.trades)
        note_symbol(event.symbol);
    for (const auto& event : frame.touches)
        note_symbol(event.symbol);
    bool is_answer = false;
    for (const auto& event : frame.controls) {
        if (event.kind != ControlKind::subscribed) continue;
        is_answer = true;
        note_symbol(event.symbol);
        if (event.channel == "book" && event.number != 0)
            depths_.insert_or_assign(std::string{event.symbol}, event.number);
    }
    // A book that stands still has no frames; that it was asked for tells that there is one.
    const bool is_snapshot = label.channel.empty();
    if (is_snapshot && venue_ == codecs::json::VenueId::bitstamp)
        for (const auto& event : frame.books)
            topics_.emplace("diff_order_book", event.symbol);
    if (is_answer || is_snapshot) return;
    for (const auto& event : frame.books)
        book_ends_.insert_or_assign(std::string{event.symbol}, offset);
    for (const std::string_view symbol : label.symbols)
        topics_.emplace(label.channel, symbol);
}

bool Catalog::offers(const Topic& topic) const {
    if (!is_book(topic.channel) || topic.symbol.empty()) return true;
    return topics_.contains({topic.channel, topic.symbol});
}

bool Catalog::ends_a_book(std::uint64_t offset) const {
    return std::ranges::any_of(book_ends_,
                               [offset](const auto& end) { return end.second == offset; });
}

std::optional<std::uint64_t> Catalog::depth(std::string_view symbol) const {
    const auto found = depths_.find(symbol);
    if (found == depths_.end()) return std::nullopt;
    return found->second;
}

}  // namespace tickweir::gateway::venue
