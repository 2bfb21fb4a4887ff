#include "gateway/commands/top_sampler.hpp"

#include <array>
#include <span>
#include <utility>

#include "book/decimal.hpp"

namespace tickweir::gateway {
namespace {

/// A field as RFC 4180 has it.
void append_field(std::string& line, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        line += text;
        return;
    }
    line += '"';
    for (const char c : text) {
        if (c == '"') line += '"';
        line += c;
    }
    line += '"';
}

}  // namespace

replay::Result<TopSampler> TopSampler::create(const std::filesystem::path& path,
                                              std::chrono::nanoseconds every, std::size_t depth) {
    auto sink = replay::ByteSink::create(path);
    if (!sink) return sink.error();
    return TopSampler{std::move(*sink), every, depth};
}

TopSampler::TopSampler(replay::ByteSink sink, std::chrono::nanoseconds every, std::size_t depth)
    : sink_{std::move(sink)},
      every_ns_{static_cast<std::uint64_t>(every.count())},
      bids_(depth),
      asks_(depth) {
    line_ = "time,symbol";
    for (std::size_t n = 1; n <= depth; ++n)
        for (const char* const column : {"bid_price", "bid_quantity", "ask_price", "ask_quantity"})
            line_ += std::string{","} + column + '_' + std::to_string(n);
    line_ += '\n';
    sink_.write(std::as_bytes(std::span{line_}));
}

void TopSampler::begin(std::uint64_t first_ns) {
    due_ns_ = (first_ns + every_ns_ - 1) / every_ns_ * every_ns_;
}

void TopSampler::append(std::int64_t coefficient, unsigned decimals) {
    std::array<char, book::decimal_text_max> text;
    line_ += ',';
    line_.append(text.data(), book::write_decimal(coefficient, decimals, text.data()));
}

void TopSampler::row(book::TimeNs time, std::string_view symbol, const book::OrderBook& book,
                     unsigned price_decimals, unsigned quantity_decimals) {
    const std::size_t bids = book.depth(book::Side::buy, bids_);
    const std::size_t asks = book.depth(book::Side::sell, asks_);
    write_row(time, symbol, bids, asks, price_decimals, quantity_decimals);
}

void TopSampler::row(book::TimeNs time, std::string_view symbol, const book::LevelBook& book,
                     unsigned price_decimals, unsigned quantity_decimals) {
    const std::size_t bids = book.top(book::Side::buy, bids_);
    const std::size_t asks = book.top(book::Side::sell, asks_);
    write_row(time, symbol, bids, asks, price_decimals, quantity_decimals);
}

void TopSampler::write_row(book::TimeNs time, std::string_view symbol, std::size_t bids,
                           std::size_t asks, unsigned price_decimals, unsigned quantity_decimals) {
    line_ = std::to_string(time.time_since_epoch().count());
    line_ += ',';
    append_field(line_, symbol);
    const auto append_level = [&](const std::vector<book::Level>& levels, std::size_t there,
                                  std::size_t i) {
        if (i >= there) {
            line_ += ",,";
            return;
        }
        append(levels[i].price.ticks, price_decimals);
        append(levels[i].open.lots, quantity_decimals);
    };
    for (std::size_t i = 0; i < bids_.size(); ++i) {
        append_level(bids_, bids, i);
        append_level(asks_, asks, i);
    }
    line_ += '\n';
    sink_.write(std::as_bytes(std::span{line_}));
}

replay::Result<void> TopSampler::finish() {
    return sink_.finish();
}

}  // namespace tickweir::gateway
