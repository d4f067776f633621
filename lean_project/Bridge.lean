import Bridge.Transfer
