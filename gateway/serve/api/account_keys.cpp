#include "gateway/serve/api/account_keys.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "gateway/serve/api/access_keys.hpp"

namespace tickweir::gateway {

AccountKeys::AccountKeys(std::vector<AccountKey> keys) : keys_{std::move(keys)} {
    for (auto row = keys_.begin(); row != keys_.end(); ++row) {
        if (row->key.empty()) continue;
        if (!is_bearer_key(row->key))
            throw std::invalid_argument{"accounts." + row->account +
                                        ".key has characters other than letters, digits and "
                                        "-._~+/ with = at its end"};
        const auto other = std::find_if(
            keys_.begin(), row, [&](const AccountKey& before) { return before.key == row->key; });
        if (other != row)
            throw std::invalid_argument{"accounts." + row->account + ".key is also that of " +
                                        other->account};
    }
}

/// Compares with all of them, whatever it finds.
const AccountKey* AccountKeys::find(std::string_view sent) const {
    const AccountKey* found = nullptr;
    for (const AccountKey& row : keys_)
        if (!row.key.empty() && equal_in_constant_time(sent, row.key)) found = &row;
    return found;
}

AccountAccess AccountKeys::check(std::string_view authorization, std::string_view account) const {
    const std::string_view sent = bearer_key(authorization);
    if (sent.empty()) return AccountAccess::no_key;
    const AccountKey* const found = find(sent);
    if (found == nullptr) return AccountAccess::unknown_key;
    if (found->account == account) return AccountAccess::granted;
    return std::ranges::find(keys_, account, &AccountKey::account) == keys_.end()
               ? AccountAccess::unknown_account
               : AccountAccess::forbidden;
}

bool AccountKeys::knows(std::string_view authorization) const {
    const std::string_view sent = bearer_key(authorization);
    return !sent.empty() && find(sent) != nullptr;
}

}  // namespace tickweir::gateway
