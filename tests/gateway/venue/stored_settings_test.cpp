// Settings beside a log, as text and back; and texts that are none.
#include "gateway/venue/stored_settings.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/fault_files.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/venue_stream.hpp"

namespace tickweir::gateway {
namespace {

/// Everything in it is other than it is by default.
StoredSettings rich() {
    StoredSettings settings{tests::small_venue(), 3};
    txn::VenueSettings& venue = settings.venue;
    venue.log_number = 65'535;
    venue.shard = 2;
    venue.assets.push_back({"", 0});
    venue.accounts[1] = {"a name % with\nblanks", 7, -(txn::Int128{1} << 100)};
    venue.instruments[0].notional_max = (txn::Int128{1} << 120) + 12'345;
    venue.instruments[0].reference = txn::Price{-1};
    venue.instruments[0].band_window = std::chrono::nanoseconds{3};
    venue.instruments[0].pause = std::chrono::nanoseconds{4};
    venue.instruments[0].collar_millionths = 5;
    venue.instruments[0].band_millionths = 6;
    venue.instruments[0].quantity_max = txn::Quantity{8};
    venue.sessions[1].orders_max = 9;
    venue.short_limits.push_back({txn::AccountId{1}, txn::AssetId{1}, 10});
    venue.position_limits.push_back({txn::AccountId{1}, txn::InstrumentId{1}, txn::Quantity{11}});
    venue.fees = {-12, 13, txn::AccountId{2}, book::exact::Rounding::ceiling};
    venue.limits.seed = ~std::uint64_t{0};
    venue.limits.orders = 14;
    return settings;
}

TEST(StoredSettingsTest, ComeBackAsTheyWere) {
    for (const StoredSettings& settings : {StoredSettings{}, rich()}) {
        const std::string text = settings_text(settings);
        std::string fault;
        const auto read = parse_settings(text, fault);
        ASSERT_TRUE(read) << fault;
        EXPECT_EQ(settings_text(*read), text);
        EXPECT_EQ(read->shards, settings.shards);
        EXPECT_EQ(read->venue.accounts.size(), settings.venue.accounts.size());
        EXPECT_EQ(read->venue.limits.seed, settings.venue.limits.seed);
    }
    std::string fault;
    const auto read = parse_settings(settings_text(rich()), fault);
    EXPECT_EQ(read->venue.accounts[1].name, "a name % with\nblanks");
    EXPECT_EQ(read->venue.accounts[1].notional_max, -(txn::Int128{1} << 100));
    EXPECT_EQ(read->venue.instruments[0].notional_max, (txn::Int128{1} << 120) + 12'345);
    EXPECT_EQ(read->venue.fees.rounding, book::exact::Rounding::ceiling);
    EXPECT_EQ(read->venue.position_limits[0].quantity, txn::Quantity{11});
}

TEST(StoredSettingsTest, OfWhichAByteIsChangedAreNone) {
    const std::string text = settings_text(rich());
    std::string fault;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string changed = text;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_FALSE(parse_settings(changed, fault)) << "byte " << at;
        EXPECT_NE(fault, "");
        EXPECT_FALSE(parse_settings(text.substr(0, at), fault)) << "length " << at;
    }
}

/// The lines with the checksum that belongs to them.
std::string whole(const std::string& lines) {
    return lines + settings_end(lines);
}

TEST(StoredSettingsTest, TellWhatIsWrongWithALine) {
    const std::initializer_list<std::pair<const char*, const char*>> wrong{
        {"asset USD\n", "line 2: a value is missing"},
        {"asset USD 18 1\n", "line 2: '1' is too much"},
        {"asset USD x\n", "line 2: 'x' is no number that fits"},
        {"asset U%4 18\n", "line 2: 'U%4' is no name"},
        {"account A 1 123456789012345678901234567890123456789\n", "is no number that fits"},
        {"log 65536 0\n", "line 2: '65536' is no number that fits"},
        {"fees 0 0 0 8\n", "line 2: there is no such rounding"},
        {"shards 1\nshards 0\n", "line 3: no shard"},
        {"\n", "line 2: '' is no kind of line"},
        {"Asset USD 18\n", "line 2: 'Asset' is no kind of line"}};
    for (const auto& [lines, complaint] : wrong) {
        std::string fault;
        EXPECT_FALSE(parse_settings(whole("tickweir-settings 1\n" + std::string{lines}), fault));
        EXPECT_NE(fault.find(complaint), fault.npos) << fault;
    }
    std::string fault;
    EXPECT_FALSE(parse_settings(whole("tickweir-settings 2\nanything\n"), fault));
    EXPECT_EQ(fault, "version 2, this program knows 1");
    EXPECT_FALSE(parse_settings("", fault));
    EXPECT_FALSE(parse_settings("end 0\n", fault));
}

TEST(StoredSettingsTest, ReadAnyBytes) {
    std::mt19937_64 random{tests::test_seed()};
    for (int i = 0; i < 2'000; ++i) {
        std::string lines = settings_text(rich());
        lines.resize(lines.rfind('\n', lines.size() - 2) + 1);
        for (std::uint64_t n = random() % 8; n-- > 0;)
            lines[random() % lines.size()] =
                static_cast<char>(random() % 3 != 0 ? 32 + random() % 90 : random());
        std::string fault;
        const auto read = parse_settings(whole(lines), fault);
        EXPECT_NE(read.has_value(), !fault.empty());
        if (!read) continue;
        EXPECT_TRUE(parse_settings(settings_text(*read), fault)) << fault;
    }
}

TEST(StoredSettingsTest, LieInADirectoryUntilTheyAreReplaced) {
    tests::FaultFiles files;
    ASSERT_TRUE(files.make_directories("data"));
    ReadSettings read = read_settings(files, "data");
    EXPECT_FALSE(read.settings);
    EXPECT_EQ(read.fault, "");
    ASSERT_EQ(write_settings(files, "data", StoredSettings{}), "");
    ASSERT_EQ(write_settings(files, "data", rich()), "");
    files.crash(1, tests::Kept::nothing);
    read = read_settings(files, "data");
    ASSERT_TRUE(read.settings) << read.fault;
    EXPECT_EQ(settings_text(*read.settings), settings_text(rich()));
}

}  // namespace
}  // namespace tickweir::gateway
