#include "replay/simulator/directory.hpp"

#include <array>

#include "replay/simulator/tables.hpp"

namespace tickweir::replay::simulator {
namespace {

namespace itch = codecs::itch;

}  // namespace

void tell_stock(Feed& feed, const InstrumentTable& instruments, std::uint32_t place,
                bool listed_today, Random& random) {
    constexpr std::array markets{'Q', 'Q', 'G', 'S', 'N', 'N', 'N', 'A'};
    const Instrument& instrument = instruments[place];
    itch::StockDirectory entry;
    entry.stock = instrument.symbol;
    entry.market_category = instrument.pool ? 'P' : markets[random.below(markets.size())];
    entry.financial_status_indicator = 'N';
    entry.round_lot_size = 100;
    entry.round_lots_only = 'N';
    entry.issue_classification = instrument.pool ? 'Q' : 'C';
    entry.issue_sub_type = instrument.pool ? codecs::Alpha<2>{"E"} : codecs::Alpha<2>{"Z"};
    entry.authenticity = 'P';
    entry.short_sale_threshold_indicator = 'N';
    entry.ipo_flag = listed_today ? 'Y' : 'N';
    entry.luld_reference_price_tier = instrument.rank < 1'000 ? '1' : '2';
    entry.etp_flag = instrument.pool ? 'Y' : 'N';
    entry.etp_leverage_factor = instrument.pool ? 1 : 0;
    entry.inverse_indicator = 'N';
    feed.emit(locate_of(place), entry);
    feed.advance_by(1'000 + random.below(500));

    itch::RegShoRestriction restriction;
    restriction.stock = instrument.symbol;
    constexpr std::uint32_t restricted_ppm = 10'000;
    restriction.reg_sho_action = random.chance(restricted_ppm) ? '2' : '0';
    feed.emit(locate_of(place), restriction);
    feed.advance_by(500 + random.below(500));
}

void tell_position(Feed& feed, const InstrumentTable& instruments, std::uint32_t place,
                   Random& random) {
    constexpr std::array<codecs::Alpha<4>, 8> makers{"NITE", "CDRG", "VIRT", "SGMT",
                                                     "JANE", "GSCO", "UBSS", "GTSM"};
    itch::MarketParticipantPosition position;
    position.mpid = makers[random.below(makers.size())];
    position.stock = instruments[place].symbol;
    position.primary_market_maker = random.chance(200'000) ? 'Y' : 'N';
    position.market_maker_mode = 'N';
    position.market_participant_state = 'A';
    feed.emit(locate_of(place), position);
    feed.advance_by(500 + random.below(500));
}

void tell_decline_levels(Feed& feed) {
    // 7, 13 and 20 % below an index of 4,400.
    constexpr std::uint64_t point8 = 100'000'000;
    itch::MwcbDeclineLevel levels;
    levels.level_1_price8 = 4'092 * point8;
    levels.level_2_price8 = 3'828 * point8;
    levels.level_3_price8 = 3'520 * point8;
    feed.emit(0, levels);
}

void tell_event(Feed& feed, char event) {
    itch::SystemEvent message;
    message.event_code = event;
    feed.emit(0, message);
}

}  // namespace tickweir::replay::simulator
