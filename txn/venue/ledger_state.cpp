#include "txn/venue/ledger_state.hpp"

#include <algorithm>
#include <vector>

#include "txn/venue/settings_state.hpp"

namespace tickweir::txn {
namespace {

constexpr std::uint64_t ledger_mark = 0x3152'4547'4445'4C54;  // "TLEDGER1"

}  // namespace

void save_ledger(const Ledger& ledger, const VenueSettings& settings, StateWriter& writer) {
    std::vector<std::uint64_t> keys;
    ledger.for_each([&](AccountId account, AssetId asset, const Balance&) {
        keys.push_back(std::uint64_t{static_cast<std::uint32_t>(account)} << 32 |
                       static_cast<std::uint32_t>(asset));
    });
    std::ranges::sort(keys);
    writer.put(ledger_mark);
    save_parties(settings, writer);
    writer.put(std::uint64_t{keys.size()});
    for (const std::uint64_t key : keys) {
        const auto account = static_cast<AccountId>(key >> 32);
        const auto asset = static_cast<AssetId>(static_cast<std::uint32_t>(key));
        const Balance balance = ledger.balance(account, asset);
        writer.put(account);
        writer.put(asset);
        writer.put(balance.total);
        writer.put(balance.held);
    }
}

std::string load_ledger(Ledger& ledger, const VenueSettings& settings, StateReader& reader) {
    if (reader.get<std::uint64_t>() != ledger_mark) reader.fail("no ledger begins here");
    check_parties(settings, reader);
    const std::size_t rows = reader.count(settings.limits.balances, "balances");
    for (std::size_t i = 0; i < rows && reader.ok(); ++i) {
        const auto account = reader.below<AccountId>(settings.accounts.size(), "an account");
        const auto asset = reader.below<AssetId>(settings.assets.size(), "an asset");
        const Balance balance{reader.wide(), reader.wide()};
        if (reader.ok() && !ledger.restore(account, asset, balance))
            reader.fail("there is no room for its balances beside those with a short limit");
    }
    reader.expect_end();
    return reader.fault();
}

}  // namespace tickweir::txn
