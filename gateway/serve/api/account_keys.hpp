// Who may see an account: `Authorization: Bearer KEY` (RFC 6750) against the accounts' own keys,
// in the same time however much of a key is right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::gateway {

struct AccountKey {
    std::string account;
    std::string key;  ///< RFC 6750's b64token; empty: nobody may see the account over HTTP
};

enum class AccountAccess : std::uint8_t {
    granted,
    no_key,           ///< none, or not in the form `Bearer KEY`
    unknown_key,      ///< of no account
    forbidden,        ///< of another account
    unknown_account,  ///< told only to who has the key of one
};

class AccountKeys {
public:
    AccountKeys() = default;
    /// Throws std::invalid_argument (without the key) where one could not be sent in a header, or
    /// is that of two accounts.
    explicit AccountKeys(std::vector<AccountKey> keys);

    /// `authorization` is the header's value, empty where there is none. Takes time with the length
    /// of what was sent times the number of accounts.
    AccountAccess check(std::string_view authorization, std::string_view account) const;
    /// Whether it has the key of any account.
    bool knows(std::string_view authorization) const;

private:
    const AccountKey* find(std::string_view sent) const;

    std::vector<AccountKey> keys_;
};

}  // namespace tickweir::gateway
