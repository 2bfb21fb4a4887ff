#include "codecs/json/frame_decoder.hpp"

#include <simdjson.h>

#include <algorithm>
#include <new>
#include <string>

#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

static_assert(text_padding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t first_capacity = std::size_t{64} << 10;

using Tokens = simdjson::internal::dom_parser_implementation;

bool decode(VenueId venue, Scan& scan, MarketFrame& out) {
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            return decode_binance(venue, scan, out);
        case VenueId::coinbase_advanced:
            return decode_coinbase_advanced(scan, out);
        case VenueId::coinbase_exchange:
            return decode_coinbase_exchange(scan, out);
        case VenueId::kraken_v1:
            return decode_kraken_v1(scan, out);
        case VenueId::kraken_v2:
            return decode_kraken_v2(scan, out);
        case VenueId::kraken_futures:
            return decode_kraken_futures(scan, out);
        case VenueId::okx:
            return decode_okx(scan, out);
        case VenueId::bybit:
            return decode_bybit(scan, out);
        case VenueId::deribit:
            return decode_deribit(scan, out);
        case VenueId::bitstamp:
            return decode_bitstamp(scan, out);
        case VenueId::bitmex:
            return decode_bitmex(scan, out);
    }
    return scan.pass_over();
}

/// The best kernel for the machine that this runs on. (simdjson::builtin_implementation() is the
/// one that the library itself was compiled for, which is the slow one.)
const simdjson::implementation& implementation() {
    static const simdjson::implementation& best = *simdjson::get_active_implementation();
    return best;
}

/// The other venues are asked nothing over HTTP: what they would answer means nothing.
bool decode_answer_of(VenueId venue, std::string_view target, Scan& scan, MarketFrame& out) {
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            return decode_binance_answer(venue, target, scan, out);
        case VenueId::bitstamp:
            return decode_bitstamp_answer(target, scan, out);
        case VenueId::coinbase_advanced:
        case VenueId::coinbase_exchange:
        case VenueId::kraken_v1:
        case VenueId::kraken_v2:
        case VenueId::kraken_futures:
        case VenueId::okx:
        case VenueId::bybit:
        case VenueId::deribit:
        case VenueId::bitmex:
            break;
    }
    return scan.pass_over();
}

}  // namespace

struct FrameDecoder::State {
    State(VenueId of, const FrameLimits& given) : venue{of}, limits{given} {
        if (implementation().create_dom_parser_implementation(
                std::min(first_capacity, limits.bytes), 1, tokens) != simdjson::SUCCESS)
            throw std::bad_alloc{};
    }

    FrameStatus refuse(FrameStatus status) {
        error = {status, {}, 0};
        return status;
    }

    /// Finds the tokens, lets `read` make events of them, and sees to it that nothing follows.
    template <class Read>
    FrameStatus run(std::string_view text, MarketFrame& out, Read&& read) {
        out.clear();
        error = {};
        if (text.size() > limits.bytes) return refuse(FrameStatus::too_large);
        if (text.size() > tokens->capacity() && !grow(text.size()))
            return refuse(FrameStatus::too_large);
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
        if (tokens->stage1(bytes, text.size(), simdjson::stage1_mode::regular) != simdjson::SUCCESS)
            return refuse(FrameStatus::malformed);
        Scan scan{
            text, tokens->structural_indexes.get(), tokens->n_structural_indexes, limits, *tokens,
            out};
        if (read(scan) && (scan.at_end() || scan.refuse(FrameStatus::malformed))) [[likely]]
            return FrameStatus::ok;
        return give_up(scan, text, out);
    }

    /// A venue's function stops at the first thing it does not like; whether the rest is JSON at
    /// all decides what to call it.
    FrameStatus give_up(const Scan& failed, std::string_view text, MarketFrame& out) {
        error = failed.error();
        out.clear();
        Scan scan{
            text, tokens->structural_indexes.get(), tokens->n_structural_indexes, limits, *tokens,
            out};
        if (error.status != FrameStatus::malformed && (!scan.pass_over() || !scan.at_end())) {
            const bool too_deep = scan.error().status == FrameStatus::too_large;
            error.status = too_deep ? FrameStatus::too_large : FrameStatus::malformed;
        }
        out.clear();
        return error.status;
    }

    /// In steps, so that frames that grow slowly do not allocate each time.
    bool grow(std::size_t bytes) {
        const std::size_t wanted = std::min(limits.bytes, bytes + bytes / 2);
        return tokens->set_capacity(wanted) == simdjson::SUCCESS;
    }

    VenueId venue;
    FrameLimits limits;
    std::unique_ptr<Tokens> tokens;
    FrameError error;
};

FrameDecoder::FrameDecoder(VenueId venue, const FrameLimits& limits)
    : state_{std::make_unique<State>(venue, limits)} {}
FrameDecoder::~FrameDecoder() = default;

VenueId FrameDecoder::venue() const {
    return state_->venue;
}

FrameStatus FrameDecoder::decode_frame(std::string_view text, MarketFrame& out) {
    return state_->run(text, out, [&](Scan& scan) { return decode(state_->venue, scan, out); });
}

FrameStatus FrameDecoder::decode_answer(std::string_view target, std::string_view body,
                                        MarketFrame& out) {
    return state_->run(
        body, out, [&](Scan& scan) { return decode_answer_of(state_->venue, target, scan, out); });
}

const FrameError& FrameDecoder::error() const {
    return state_->error;
}

std::string_view FrameDecoder::kernel() {
    // Its first stage and its strings are all that is used here, called through this object: the
    // flags that this file is compiled with play no part.
    static const std::string name = implementation().name();
    return name;
}

}  // namespace tickweir::codecs::json
